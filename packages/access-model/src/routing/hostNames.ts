/** Whether every host that `inner` stands for is one that `outer` stands for. Istio: pkg/config/host, Name.SubsetOf. @internal */
export function isSubsetOf(inner: string, outer: string): boolean {
  if (outer === '*') return true;
  const wildInner = inner.startsWith('*');
  const wildOuter = outer.startsWith('*');
  if (!wildOuter) return !wildInner && inner === outer;
  const tail = outer.slice(1);
  if (wildInner) {
    return inner.length >= outer.length && inner.slice(1).endsWith(tail);
  }
  return inner.endsWith(tail);
}

/** Hosts that two lists have in common, the narrower name of each pair. Istio: pkg/config/host, Names.Intersection. @internal */
export function intersectHosts(ours: string[], theirs: string[]): string[] {
  const common: string[] = [];
  for (const a of ours) {
    for (const b of theirs) {
      if (isSubsetOf(a, b)) common.push(a);
      else if (isSubsetOf(b, a)) common.push(b);
    }
  }
  return [...new Set(common)];
}

/** Hosts of a gateway server that a namespace may bind to, without their namespace part. @internal */
export function hostsForNamespace(
  hosts: string[],
  namespace: string,
): string[] {
  const usable: string[] = [];
  for (const host of hosts) {
    const slash = host.indexOf('/');
    if (slash < 0) usable.push(host);
    else {
      const owner = host.slice(0, slash);
      if (owner === '*' || owner === namespace)
        usable.push(host.slice(slash + 1));
    }
  }
  return usable;
}

/**
 * A host without what follows its last colon, lower-case; as Envoy compares it with virtual hosts.
 *
 * Envoy: source/common/http/header_utility.cc, getPortStart, which does not ask whether a number follows.
 *
 * @internal
 */
export function hostOfAuthority(authority: string): string {
  const colon = authority.lastIndexOf(':');
  const bare =
    colon > authority.lastIndexOf(']') ? authority.slice(0, colon) : authority;
  return bare.toLowerCase();
}

/**
 * The virtual host of a request: the exact name, else the longest wildcard, else `*`. There is no falling back from one to the next.
 *
 * Envoy: source/common/router/config_impl.cc, findVirtualHost.
 *
 * @internal
 */
export function pickHost<T>(
  hosts: ReadonlyMap<string, T>,
  host: string,
): T | undefined {
  const exact = hosts.get(host);
  if (exact !== undefined) return exact;
  // A wildcard stands for at least one character. Wildcards begin with a whole label or with a part of one (`*-x.example.com`).
  for (let at = 1; at < host.length; at += 1) {
    const found = hosts.get(`*${host.slice(at)}`);
    if (found !== undefined) return found;
  }
  return hosts.get('*');
}
