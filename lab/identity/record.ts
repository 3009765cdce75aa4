import { gzipSync } from 'zlib';
import { RoleTruth } from './compareHolders';
import { TokenCase } from './realmArbitrary';

/** A token case with what Keycloak answered. */
export interface RecordedToken extends TokenCase {
  status: number;
  access?: Record<string, unknown>;
  id?: Record<string, unknown>;
}

export interface RecordedRealm {
  realm: Record<string, any>;
  tokens: RecordedToken[];
  holders: RoleTruth[];
}

/** Cases as compressed JSON, without the passwords of the generated realms. */
export function recordCases(cases: RecordedRealm[]): Buffer {
  const text = JSON.stringify(cases, (key, value) =>
    key === 'credentials' || key === 'secret' ? undefined : value,
  );
  return gzipSync(text, { level: 9 });
}
