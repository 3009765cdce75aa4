/** Labels of a workload or proxy. @public */
export type Labels = Readonly<Record<string, string>>;

/** Whether every label of a selector is on the workload; an empty selector selects everything. @internal */
export function selects(selector: Labels | undefined, labels: Labels): boolean {
  if (!selector) return true;
  for (const key in selector) {
    if (labels[key] !== selector[key]) return false;
  }
  return true;
}

/** One string for a set of labels, whatever their order. @internal */
export function labelsKey(labels: Labels): string {
  const keys = Object.keys(labels);
  if (keys.length === 0) return '';
  if (keys.length === 1) return `${keys[0]}=${labels[keys[0]]}`;
  return keys
    .sort()
    .map(key => `${key}=${labels[key]}`)
    .join(',');
}
