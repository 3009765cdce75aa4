/**
 * Loads the admin client and what its requests are made with. They are large,
 * so only who reads a Keycloak pays for them, and the admin client is
 * published as ES modules only, which CommonJS reaches by `import()`.
 *
 * @internal
 */
export async function loadClientLibraries() {
  const [{ default: AdminClient, fetchWithError }, { Agent }] =
    await Promise.all([
      import('@keycloak/keycloak-admin-client'),
      import('undici'),
    ]);
  return { AdminClient, fetchWithError, Agent };
}
