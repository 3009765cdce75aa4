/** Password of every user, and secret of every client, of a generated realm. */
export const PASSWORD = 'generated';

/** Mapper names are unique in their container. */
export function unique(mappers: Record<string, any>[]): Record<string, any>[] {
  return mappers.map((mapper, index) => ({ ...mapper, name: `m${index}` }));
}
