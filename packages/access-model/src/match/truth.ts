/**
 * The third truth value. Zero is false, one is true and two is unknown, so that a caller that forgets about unknown
 * (`if (truth)`) errs towards asking again rather than towards a silent no.
 *
 * @public
 */
export type Truth = 0 | 1 | 2;

/** @internal */
export const FALSE: Truth = 0;
/** @internal */
export const TRUE: Truth = 1;
/** @internal */
export const UNKNOWN: Truth = 2;

/** Kleene's negation. @internal */
export function not(value: Truth): Truth {
  if (value === UNKNOWN) return UNKNOWN;
  return value === TRUE ? FALSE : TRUE;
}

/** A boolean as truth value. @internal */
export function truth(value: boolean): Truth {
  return value ? TRUE : FALSE;
}

/** Kleene's conjunction over a list; stops at the first false. @internal */
export function allOf<T>(items: readonly T[], test: (item: T) => Truth): Truth {
  let result: Truth = TRUE;
  for (const item of items) {
    const value = test(item);
    if (value === FALSE) return FALSE;
    if (value === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

/** Kleene's disjunction over a list; stops at the first true. @internal */
export function anyOf<T>(items: readonly T[], test: (item: T) => Truth): Truth {
  let result: Truth = FALSE;
  for (const item of items) {
    const value = test(item);
    if (value === TRUE) return TRUE;
    if (value === UNKNOWN) result = UNKNOWN;
  }
  return result;
}
