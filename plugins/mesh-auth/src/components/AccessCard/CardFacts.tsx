import { Text } from '@backstage/ui';
import {
  Client,
  EntityAccess,
  Workload,
} from '@mesh-auth/plugin-mesh-auth-common';
import { ReactNode } from 'react';
import { AccessLinks } from '../../hooks/useAccessLinks';
import {
  MeshAuthT,
  useMeshAuthTranslation,
} from '../../hooks/useMeshAuthTranslation';
import { areExposuresUnknown, isAccessHidden } from '../shared/answer';
import { clientWords } from '../shared/clientWords';
import { LinkOrText } from '../shared/LinkOrText';
import { jwtRuleText, mtlsText } from '../shared/words';
import styles from './AccessCard.module.css';

function identityWords(
  t: MeshAuthT,
  workloads: Workload[],
  isHidden: boolean,
  isUnknown: boolean,
): string[] {
  if (workloads.length === 0) {
    return [isUnknown ? t('identity.unknown') : t('identity.noWorkload')];
  }
  const words = workloads.map(workload => {
    const rules = workload.identity.map(rule => jwtRuleText(t, rule));
    const asked = rules.length > 0 ? rules : [t('identity.none')];
    return [...new Set(isHidden ? [] : asked), mtlsText(t, workload.mtls)].join(
      ' · ',
    );
  });
  return [...new Set(words)];
}

function Fact(props: { label: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>
        <Text variant="body-small" color="secondary">
          {props.label}
        </Text>
      </dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function ClientLine(props: { client: Client; href?: string }) {
  const { client, href } = props;
  const t = useMeshAuthTranslation();
  return (
    <div className={client.state === 'found' ? undefined : styles.off}>
      <LinkOrText href={href} weight="bold">
        {client.clientId}
      </LinkOrText>
      <Text as="span" variant="body-medium">
        {clientWords(t, client)
          .map(word => ` · ${word}`)
          .join('')}
      </Text>
    </div>
  );
}

/** How a caller is authenticated at the workload, and the Keycloak client behind it. */
export function CardFacts(props: { access: EntityAccess; links: AccessLinks }) {
  const { access, links } = props;
  const t = useMeshAuthTranslation();
  const { workloads, clients } = access;
  return (
    <dl className={styles.facts}>
      <Fact label={t('card.identity')}>
        {identityWords(
          t,
          workloads,
          isAccessHidden(access),
          areExposuresUnknown(access),
        ).map(words => (
          <LinkOrText key={words} href={links('policies')} color="primary">
            {words}
          </LinkOrText>
        ))}
      </Fact>
      {clients.length > 0 && (
        <Fact label={t('card.client', { count: clients.length })}>
          {clients.map(client => (
            <ClientLine
              key={`${client.instance}/${client.realm}/${client.clientId}`}
              client={client}
              href={links('roles')}
            />
          ))}
        </Fact>
      )}
    </dl>
  );
}
