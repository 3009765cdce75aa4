/** Formats in which a Keycloak client can be written. @internal */
export const CLIENT_FORMATS = [
  'edp',
  'keycloak-config-cli',
  'keycloak-operator',
] as const;

/** @internal */
export type ClientFormat = (typeof CLIENT_FORMATS)[number];
