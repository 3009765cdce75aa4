const CLIENT_ID = '${{ values.name }}';

/**
 * Who calls, from the access token: behind the login wall it comes in x-auth-request-access-token, from programs in
 * Authorization.
 *
 * The signature is not checked again. The mesh has done that before the request got here, and lets no other in.
 *
 * @returns undefined without a token
 */
export function readCaller(headers) {
  const token =
    headers['x-auth-request-access-token'] ??
    /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (!token) {
    return undefined;
  }
  try {
    const claims = JSON.parse(
      Buffer.from(token.split('.')[1], 'base64url').toString(),
    );
    return {
      name: claims.preferred_username ?? claims.sub,
      roles: claims.resource_access?.[CLIENT_ID]?.roles ?? [],
    };
  } catch {
    return undefined;
  }
}
