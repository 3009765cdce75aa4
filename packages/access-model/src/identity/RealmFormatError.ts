/**
 * A realm representation that cannot be read. `path` is the place in the
 * document (`clients[3].roles`); `line` and `column` (from 1) are known for
 * JSON syntax errors.
 *
 * @public
 */
export class RealmFormatError extends Error {
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;

  constructor(
    message: string,
    place: { path?: string; line?: number; column?: number } = {},
  ) {
    super(message);
    this.name = 'RealmFormatError';
    this.path = place.path;
    this.line = place.line;
    this.column = place.column;
  }
}
