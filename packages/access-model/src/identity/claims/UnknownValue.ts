/**
 * Thrown where a value cannot be known from the realm: it depends on the
 * order of a hash set, on data that is not there, or on foreign code.
 *
 * @internal
 */
export class UnknownValue extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnknownValue';
  }
}
