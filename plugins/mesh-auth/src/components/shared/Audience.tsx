import { Text } from '@backstage/ui';
import { AccessRow } from '@mesh-auth/plugin-mesh-auth-common';
import { AccessLinks } from '../../hooks/useAccessLinks';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import { roleAnchor } from './anchors';
import { AudienceIcon } from './AudienceIcon';
import { LinkOrText } from './LinkOrText';
import styles from './shared.module.css';
import {
  audienceKind,
  audienceText,
  holdersReason,
  holdersText,
  isOpenToWorkloads,
  isOpenWithoutRole,
  roleText,
} from './words';

/** Who may call: the roles with the number of their holders, or the audience in words. */
export function Audience(props: {
  row: AccessRow;
  /** Ids of the entity's own clients; their roles are written without the client. */
  ownClients: string[];
  links: AccessLinks;
}) {
  const { row, ownClients, links } = props;
  const t = useMeshAuthTranslation();
  const kind = audienceKind(row);
  // Where more people get in than the holders of a role, the role says too little.
  const roles = isOpenWithoutRole(row) ? [] : row.roles;
  const showsWords = roles.length === 0 || isOpenToWorkloads(row);
  return (
    <span className={styles.audience}>
      <AudienceIcon kind={kind} />
      <span className={styles.stack}>
        {showsWords && (
          <Text
            as="span"
            variant="body-medium"
            weight={kind === 'open' ? 'bold' : 'regular'}
          >
            {audienceText(t, row.audience)}
          </Text>
        )}
        {roles.map(role => (
          <span key={roleAnchor(role)} className={styles.role}>
            <LinkOrText href={links('roles', roleAnchor(role))} weight="bold">
              {roleText(role, ownClients)}
            </LinkOrText>
            <Text
              as="span"
              variant="body-small"
              color="secondary"
              title={holdersReason(t, role.holders)}
            >
              {holdersText(t, role.holders)}
            </Text>
          </span>
        ))}
        {row.unknown.length > 0 && (
          <Text as="span" variant="body-small" className={styles.attention}>
            {t('row.unknownBecause', { inputs: row.unknown.join(', ') })}
          </Text>
        )}
      </span>
    </span>
  );
}
