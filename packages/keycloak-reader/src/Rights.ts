import { UpstreamError } from './UpstreamError';

/**
 * Read rights of `realm-management` that a complete picture needs.
 *
 * @public
 */
export type Right = 'view-clients' | 'view-realm' | 'view-users';

/**
 * Collects the rights that turn out to be missing while a realm is read.
 *
 * @remarks
 * Keycloak answers some calls without the right with 403 and others with an
 * empty list, so an empty list where there must be something counts too.
 *
 * @internal
 */
export class Rights {
  readonly #missing = new Set<Right>();

  get missing(): Right[] {
    return [...this.#missing].sort();
  }

  lacks(right: Right): boolean {
    return this.#missing.has(right);
  }

  markMissing(right: Right): void {
    this.#missing.add(right);
  }

  /**
   * Awaits a read that needs a right; 403 gives `otherwise` and marks the
   * right as missing. Other errors pass.
   */
  async need<T>(right: Right, read: Promise<T>, otherwise: T): Promise<T> {
    try {
      return await read;
    } catch (error) {
      if (error instanceof UpstreamError && error.status === 403) {
        this.markMissing(right);
        return otherwise;
      }
      throw error;
    }
  }
}
