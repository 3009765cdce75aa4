const LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const WILDCARD_LABEL =
  /^(\*|(\*|\*-)?([a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?))$/;

/** A DNS label. Istio: pkg/config/labels. @internal */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && LABEL.test(text);
}

/**
 * A domain whose first label may hold a wildcard.
 *
 * Istio: pkg/config/validation/agent, ValidateWildcardDomain.
 *
 * @returns what is wrong, if anything
 * @internal
 */
export function checkWildcardDomain(domain: string): string | undefined {
  if (domain === '') return 'empty domain name not allowed';
  if (domain.length > 255) return 'domain name too long';
  const [first, ...rest] = domain.split('.');
  if (first.length > 63 || !WILDCARD_LABEL.test(first)) {
    return `domain name ${JSON.stringify(
      domain,
    )} invalid (label ${JSON.stringify(first)} invalid)`;
  }
  for (const [index, label] of rest.entries()) {
    // An empty last label is a trailing dot, which is allowed.
    if (label === '' && index === rest.length - 1) continue;
    if (!isDnsLabel(label)) {
      return `domain name ${JSON.stringify(
        domain,
      )} invalid (label ${JSON.stringify(label)} invalid)`;
    }
  }
  return undefined;
}

/** An IP address in a place where a host name is expected. @internal */
export function looksLikeAddress(text: string): boolean {
  return (
    /^\d+\.\d+\.\d+\.\d+$/.test(text) ||
    /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text)
  );
}
