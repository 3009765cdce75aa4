import { RealmMapper } from '../types';
import { splitClaimPath } from './claimPath';
import { convertFound } from './convert';
import { Effect, EffectContext } from './Effect';
import { putClaim } from './TokenDraft';
import { UnknownValue } from './UnknownValue';

/** Notes whose value changes with every login, and their usual claims. */
const perLogin: Readonly<Record<string, string>> = {
  AUTH_TIME: 'auth_time',
  clientHost: 'clientHost',
  clientAddress: 'clientAddress',
};

/** Notes that a session of a service account has (`ClientCredentialsGrantType`). */
const serviceAccountNotes = new Set([
  'client_id',
  'clientId',
  'clientHost',
  'clientAddress',
]);

/**
 * The effects of the mapper for notes of a session. Of the usual notes only
 * the clientId of a service account is known; others are set by the way a
 * user signs in.
 *
 * @internal
 */
export function sessionNoteEffects(
  mapper: RealmMapper,
  context: EffectContext,
): Effect[] {
  const { config } = mapper;
  const note = config['user.session.note'];
  const name = config['claim.name'];
  const path = name === undefined ? [] : splitClaimPath(name);
  if (note === undefined || path.length === 0) {
    return [];
  }
  if (serviceAccountNotes.has(note) && !context.serviceAccount) {
    return [];
  }
  if (note === 'AUTH_TIME' && context.serviceAccount) {
    return [];
  }
  return [
    {
      claim: path[0],
      perLogin: Object.hasOwn(perLogin, note) && perLogin[note] === name,
      apply: slot => {
        if (note !== 'client_id' && note !== 'clientId') {
          throw new UnknownValue(`session note ${note}`);
        }
        const value = convertFound({
          found: context.client.clientId,
          type: config['jsonType.label'],
          multivalued: config.multivalued === 'true',
        });
        if (value !== undefined) {
          putClaim({ slot, path, value, multivalued: false });
        }
      },
    },
  ];
}
