import { RealmClient } from '../../identity';
import { Finding } from '../types';
import { RealmFindingCheck, RealmFindingScope } from './types';

/** What a check says about one client. */
export type ClientProblem = Pick<
  Finding,
  'severity' | 'title' | 'evidence' | 'fix'
>;

/**
 * A check that looks at one client at a time.
 *
 * @internal
 */
export function clientCheck(
  code: string,
  look: (
    client: RealmClient,
    scope: RealmFindingScope,
  ) => ClientProblem | undefined,
): RealmFindingCheck {
  return {
    code,
    check: scope =>
      scope.clients
        .filter(
          ({ enabled, protocol }) => enabled && protocol === 'openid-connect',
        )
        .flatMap(client => {
          const problem = look(client, scope);
          return problem ? [{ code, ...problem }] : [];
        }),
  };
}
