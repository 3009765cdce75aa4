import { Card, CardBody, CardHeader, Flex, Text } from '@backstage/ui';
import {
  ExplainHop,
  ExplainRule,
  ExplainStep,
  Explanation,
} from '@mesh-auth/plugin-mesh-auth-common';
import {
  RiArrowDownSLine,
  RiCheckLine,
  RiCloseLine,
  RiQuestionLine,
  RiSkipRightLine,
} from '@remixicon/react';
import { AccessLinks } from '../../../hooks/useAccessLinks';
import { useMeshAuthTranslation } from '../../../hooks/useMeshAuthTranslation';
import { CopySnippet } from '../../shared/CopySnippet';
import { LinkOrText } from '../../shared/LinkOrText';
import sharedStyles from '../../shared/shared.module.css';
import { shortPrincipals } from '../../shared/words';
import contentStyles from '../AccessContent.module.css';
import { curlOfForm, searchOfForm, TryForm } from './tryQuestion';
import styles from './TrySection.module.css';

const stepShapes = {
  pass: { Icon: RiCheckLine, tone: contentStyles.allow },
  deny: { Icon: RiCloseLine, tone: contentStyles.deny },
  unknown: { Icon: RiQuestionLine, tone: contentStyles.unknown },
  skip: { Icon: RiSkipRightLine, tone: '' },
};

const bannerTones = {
  allow: styles.allowed,
  deny: styles.denied,
  unknown: styles.unsure,
};

function Step(props: { step: ExplainStep; links: AccessLinks }) {
  const { step, links } = props;
  const t = useMeshAuthTranslation();
  const { Icon, tone } = stepShapes[step.verdict];
  return (
    <li className={styles.step}>
      <span className={`${contentStyles.verdictWord} ${tone}`}>
        <Icon aria-hidden size={14} />
        {t(`try.step.${step.verdict}`)}
      </span>
      <Text as="span" variant="body-small" color="secondary">
        {step.stage}
      </Text>
      <span className={sharedStyles.stack}>
        <Text
          as="span"
          variant="body-medium"
          className={sharedStyles.breakable}
        >
          {shortPrincipals(step.message)}
        </Text>
        {step.object && (
          <LinkOrText href={links('policies', step.object)} color="secondary">
            {step.rule === undefined
              ? step.object
              : `${step.object} #${step.rule}`}
          </LinkOrText>
        )}
      </span>
    </li>
  );
}

/** A rule that nearly let the request through, and what the request lacks for it. */
function NearestRule(props: { rule: ExplainRule }) {
  const { rule } = props;
  const t = useMeshAuthTranslation();
  return (
    <li>
      <Text as="p" variant="body-medium" className={sharedStyles.breakable}>
        {shortPrincipals(rule.words)}{' '}
        <span className={sharedStyles.mono}>
          ({rule.policy} #{rule.rule})
        </span>
      </Text>
      <ul className={contentStyles.plainList}>
        {rule.conditions.map(condition => (
          <li key={condition.wanted}>
            <Text variant="body-small" className={sharedStyles.breakable}>
              {t(condition.negated ? 'try.wantedNot' : 'try.wanted', {
                wanted: shortPrincipals(condition.wanted),
              })}{' '}
              {t('try.found', {
                found: condition.found ?? t('try.foundNothing'),
              })}
            </Text>
          </li>
        ))}
      </ul>
    </li>
  );
}

function Hop(props: { hop: ExplainHop; links: AccessLinks }) {
  const { hop, links } = props;
  const t = useMeshAuthTranslation();
  return (
    <section>
      <Text as="h4" variant="body-large" weight="bold">
        {t('policies.where', { at: t(`identity.at.${hop.at}`) })}
        {hop.workload && ` ${hop.workload.namespace}/${hop.workload.name}`}
      </Text>
      <ol className={styles.steps}>
        {hop.steps.map((step, index) => (
          <Step key={index} step={step} links={links} />
        ))}
      </ol>
      {hop.nearest.length > 0 && (
        <>
          <Text as="h5" variant="body-medium" weight="bold">
            {t('try.nearest')}
          </Text>
          <ul className={contentStyles.plainList}>
            {hop.nearest.map(rule => (
              <NearestRule key={`${rule.policy} ${rule.rule}`} rule={rule} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** The decision, how it came about, and the question to take along. */
export function TryAnswer(props: {
  asked: TryForm;
  explanation: Explanation;
  links: AccessLinks;
}) {
  const { asked, explanation, links } = props;
  const t = useMeshAuthTranslation();
  const { verdict, status, decidedBy, unknown, hops } = explanation;
  const link = `${window.location.origin}${
    window.location.pathname
  }${searchOfForm(asked)}`;
  return (
    <Card>
      <CardHeader>
        <div
          role="status"
          className={`${styles.banner} ${bannerTones[verdict]}`}
        >
          <Text as="h3" variant="title-x-small" weight="bold">
            {t(`verdict.${verdict}`)}
            {status ? ` ${status}` : ''}
          </Text>
          <Text as="p" variant="body-medium" className={sharedStyles.breakable}>
            {asked.method} {asked.url} ({t(`try.callerKind.${asked.caller}`)})
            {decidedBy && ` · ${t('verdict.decidedBy', { object: decidedBy })}`}
          </Text>
          {unknown.length > 0 && (
            <Text as="p" variant="body-medium">
              {t('row.unknownBecause', { inputs: unknown.join(', ') })}
            </Text>
          )}
        </div>
      </CardHeader>
      <CardBody>
        <Flex direction="column" gap="3">
          {hops.map((hop, index) => (
            <Flex key={index} direction="column" gap="2">
              {index > 0 && <RiArrowDownSLine aria-hidden />}
              <Hop hop={hop} links={links} />
            </Flex>
          ))}
          <Text as="h4" variant="body-medium" weight="bold">
            {t('try.take')}
          </Text>
          <CopySnippet text={curlOfForm(asked)} />
          <CopySnippet text={link} />
        </Flex>
      </CardBody>
    </Card>
  );
}
