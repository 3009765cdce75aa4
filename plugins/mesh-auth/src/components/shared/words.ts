import {
  AccessRow,
  HolderCount,
  JwtRule,
  LoginWall,
  Mtls,
  PathMatch,
  RoleUse,
  StandingCaller,
} from '@mesh-auth/plugin-mesh-auth-common';
import { MeshAuthT } from '../../hooks/useMeshAuthTranslation';

const SEPARATOR = ' · ';

/** An age in the largest unit that still says something. */
export function ageText(t: MeshAuthT, seconds: number): string {
  if (seconds < 60) {
    return t('freshness.seconds', {
      value: String(Math.floor(seconds)),
    });
  }
  if (seconds < 60 * 60) {
    return t('freshness.minutes', {
      value: String(Math.floor(seconds / 60)),
    });
  }
  if (seconds < 2 * 24 * 60 * 60) {
    return t('freshness.hours', {
      value: String(Math.floor(seconds / 3600)),
    });
  }
  return t('freshness.days', { count: Math.floor(seconds / 86400) });
}

/** A moment in the notation of the reader, with the day unless it is today. */
export function momentText(isoTime: string): string {
  const moment = new Date(isoTime);
  const isToday = moment.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(undefined, {
    timeStyle: 'short',
    ...(isToday ? {} : { dateStyle: 'medium' }),
  }).format(moment);
}

/** A path condition as one would write it in an address. */
export function pathText(t: MeshAuthT, path: PathMatch): string {
  switch (path.type) {
    case 'any':
      return t('row.anyPath');
    case 'prefix':
      return `${path.value}*`;
    case 'segmentPrefix':
      return path.value.endsWith('/') ? `${path.value}*` : `${path.value}/*`;
    case 'suffix':
      return `*${path.value}`;
    case 'regex':
      return `~ ${path.value}`;
    default:
      return path.value;
  }
}

/** How the API names the methods that no policy names. */
const OTHER_METHODS = 'other';
const NAMED_METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
];

/**
 * Methods of a row; none named means each of them, and a row about the methods
 * that nobody names is written by those that it leaves out.
 */
export function methodsText(t: MeshAuthT, methods: string[]): string {
  if (methods.length === 0) {
    return t('row.anyMethod');
  }
  if (methods.includes(OTHER_METHODS)) {
    const leftOut = NAMED_METHODS.filter(method => !methods.includes(method));
    return leftOut.length > 0
      ? t('row.allMethodsBut', { methods: leftOut.join(', ') })
      : t('row.anyMethod');
  }
  return methods.join(', ');
}

/** Number of holders as text, or why there is no number. */
export function holdersText(
  t: MeshAuthT,
  holders: HolderCount | undefined,
): string {
  if (!holders || holders.state === 'unknown') {
    return t('holders.unknown');
  }
  if (holders.state === 'hidden') {
    return t('holders.hidden');
  }
  const parts = [
    holders.users > 0 && t('holders.people', { count: holders.users }),
    holders.serviceAccounts > 0 &&
      t('holders.services', { count: holders.serviceAccounts }),
  ].filter(Boolean);
  return parts.join(SEPARATOR) || t('holders.nobody');
}

/** Why a number of holders is missing, if it is. */
export function holdersReason(
  t: MeshAuthT,
  holders: HolderCount | undefined,
): string | undefined {
  if (holders?.state === 'hidden') {
    return holders.reason ?? t('holders.hiddenReason');
  }
  return holders?.state === 'unknown' ? holders.reason : undefined;
}

/** The name of a role; that of a client is written with its client. */
export function roleText(role: RoleUse, ownClients: string[]): string {
  const isForeign =
    role.kind === 'client' && role.client && !ownClients.includes(role.client);
  return isForeign ? `${role.client}/${role.name}` : role.name;
}

/** The audience of a row in the reader's language, as far as it is made of standing phrases. */
export function audienceText(t: MeshAuthT, audience: string): string {
  const phrases: Record<string, string> = {
    anyone: t('audience.anyone'),
    'anyone with a valid token': t('audience.anyoneToken'),
    'anyone logged in': t('audience.anyoneLoggedIn'),
    'anyone in the cluster': t('audience.anyoneCluster'),
    'anyone in the mesh': t('audience.anyoneMesh'),
    nobody: t('audience.nobody'),
    unknown: t('audience.unknown'),
    '': t('audience.unknown'),
  };
  return audience
    .split(', ')
    .map(phrase => phrases[phrase] ?? phrase)
    .join(', ');
}

function lets(row: AccessRow, ...names: StandingCaller[]): boolean {
  return row.callers.some(
    ({ caller, verdict }) => verdict === 'allow' && names.includes(caller),
  );
}

/** No role is needed: whoever has a session or a token of any kind gets through. */
export function isOpenWithoutRole(row: AccessRow): boolean {
  return lets(row, 'anonymous', 'loggedIn', 'tokenWithoutRoles');
}

/** Another workload gets through with no token at all. */
export function isOpenToWorkloads(row: AccessRow): boolean {
  return lets(row, 'meshWorkload', 'plaintextWorkload');
}

/** What kind of people a row lets in; decides its icon. */
export type AudienceKind =
  | 'open'
  | 'roles'
  | 'login'
  | 'mesh'
  | 'closed'
  | 'unknown';

/** See {@link AudienceKind}. An unknown input never yields an open or a closed door. */
export function audienceKind(row: AccessRow): AudienceKind {
  if (lets(row, 'anonymous')) {
    return 'open';
  }
  if (isOpenWithoutRole(row)) {
    return 'login';
  }
  if (row.roles.length > 0) {
    return 'roles';
  }
  if (row.unknown.length > 0 || row.callers.length === 0) {
    return 'unknown';
  }
  if (row.principals.length > 0 || isOpenToWorkloads(row)) {
    return 'mesh';
  }
  const isClosed =
    row.callers.every(caller => caller.verdict === 'deny') &&
    !row.conditions?.length;
  return isClosed ? 'closed' : 'unknown';
}

/** Mesh identities as namespace/service account, as one writes them among people who know the trust domain. */
export function shortPrincipals(text: string): string {
  return text.replace(/[\w.-]+\/ns\/([\w.*-]+)\/sa\/([\w.*-]+)/g, '$1/$2');
}

/** The login wall of an address in a few words. */
export function loginWallText(t: MeshAuthT, wall: LoginWall): string {
  const { provider } = wall;
  switch (wall.state) {
    case 'required':
      return provider
        ? t('loginWall.required', { provider })
        : t('loginWall.requiredNoProvider');
    case 'partial':
      return provider
        ? t('loginWall.partial', { provider })
        : t('loginWall.partialNoProvider');
    case 'none':
      return t('loginWall.none');
    default:
      return t('loginWall.unknown');
  }
}

/** The realm of a Keycloak issuer, if it is one. */
export function realmOfIssuer(issuer: string): string | undefined {
  const realm = /\/realms\/([^/]+)\/?$/.exec(issuer)?.[1];
  return realm && decodeURIComponent(realm);
}

/** Who issues the token that a rule asks for, and for whom it has to be. */
export function jwtRuleText(t: MeshAuthT, rule: JwtRule): string {
  const realm = realmOfIssuer(rule.issuer);
  const issuer = realm
    ? t('identity.jwtRealm', { realm })
    : t('identity.jwtIssuer', { issuer: rule.issuer });
  const audience =
    rule.audiences.length > 0
      ? t('identity.audience', {
          count: rule.audiences.length,
          audiences: rule.audiences.join(', '),
        })
      : t('identity.anyAudience');
  return `${issuer}, ${audience}`;
}

/** The mTLS mode of a workload in words. */
export function mtlsText(t: MeshAuthT, mtls: Mtls): string {
  switch (mtls.mode) {
    case 'unknown':
      return t('identity.mtlsUnknown');
    case 'UNSET':
      return t('identity.mtlsUnset');
    default:
      return t('identity.mtls', { mode: mtls.mode });
  }
}
