/** Above this, all orders are too many to try. */
const MAX_ITEMS = 5;

/**
 * All orders of some items; for more than a few, every item once in first and
 * once in last place, which is what decides where the first or the last wins.
 *
 * @internal
 */
export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length > MAX_ITEMS) {
    const rotations = items.map((_, at) => [
      ...items.slice(at),
      ...items.slice(0, at),
    ]);
    return [...rotations, ...rotations.map(order => [...order].reverse())];
  }
  if (items.length <= 1) {
    return [[...items]];
  }
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map(rest => [
      item,
      ...rest,
    ]),
  );
}
