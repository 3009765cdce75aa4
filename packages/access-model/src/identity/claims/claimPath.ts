/**
 * Splits a claim name at its dots. A backslash takes the next character as it
 * is: `example\.com.tier` is `example.com` > `tier`.
 *
 * @remarks
 * The rules of `JsonUtils.splitClaimPath`: a component has at least one
 * character, so a leading dot and the second of two dots belong to the
 * component that they begin.
 *
 * @internal
 */
export function splitClaimPath(claim: string): string[] {
  const component = /((?:\\.|[^\\.])+?)\./sy;
  const path: string[] = [];
  let start = 0;
  for (;;) {
    component.lastIndex = start;
    const match = component.exec(claim);
    if (!match) {
      break;
    }
    path.push(unescape(match[1]));
    start = component.lastIndex;
  }
  if (start < claim.length) {
    path.push(unescape(claim.slice(start)));
  }
  return path;
}

function unescape(component: string): string {
  return component.replace(/\\(.)/gs, '$1');
}
