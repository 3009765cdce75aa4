import chalk from 'chalk';
import type {
  Comparison,
  DecisionRequest,
  ExplainedHop,
  Explanation,
  RuleComparison,
  SourcePosition,
  TraceStep,
} from '@mesh-auth/access-model';

const MARKS = { pass: '✓', deny: '✗', unknown: '?', skip: '·' } as const;

function mark(verdict: TraceStep['verdict']): string {
  const colour = {
    pass: chalk.green,
    deny: chalk.red,
    unknown: chalk.yellow,
    skip: chalk.dim,
  }[verdict];
  return colour(MARKS[verdict]);
}

function place(position: SourcePosition | undefined): string {
  return position ? ` (${position.file}:${position.line})` : '';
}

function objectOf({ object, rule, position }: TraceStep): string {
  if (!object) return '';
  const index = rule === undefined ? '' : ` rule ${rule}`;
  return chalk.dim(`  ${object}${index}${place(position)}`);
}

function comparison(
  { wanted, found, negated }: Comparison,
  met: boolean,
): string {
  const wish = negated ? `anything but ${wanted}` : wanted;
  return met ? `${wish}: it is ${found}` : `wants ${wish}, found ${found}`;
}

function ruleLines(rule: RuleComparison, met: boolean): string[] {
  return [
    `      ${rule.policy} rule ${rule.rule}${place(rule.position)}: ${
      rule.words
    }`,
    ...rule.conditions.map(
      item => `        ${met ? '=' : '≠'} ${comparison(item, met)}`,
    ),
  ];
}

function hopLines(hop: ExplainedHop, request: DecisionRequest): string[] {
  const title =
    hop.at === 'gateway'
      ? `Gateway in ${request.at.namespace}`
      : `Workload ${
          hop.workload
            ? `${hop.workload.namespace}/${hop.workload.name}`
            : `in ${request.at.namespace}`
        }`;
  const lines = [chalk.bold(title)];
  for (const step of hop.decision.trace) {
    lines.push(
      `  ${mark(step.verdict)} ${step.stage.padEnd(10)} ${
        step.message
      }${objectOf(step)}`,
    );
    if (
      hop.matched &&
      step.verdict !== 'skip' &&
      `${step.object}#${step.rule}` === hop.decision.decidedBy
    ) {
      lines.push('    it matches:', ...ruleLines(hop.matched, true));
    }
    if (
      step.stage === 'ALLOW' &&
      step.verdict === 'deny' &&
      hop.nearest.length > 0
    ) {
      lines.push(
        '    nearest rules, and what each of them misses:',
        ...hop.nearest.flatMap(rule => ruleLines(rule, false)),
      );
    }
  }
  if (hop.decision.target && hop.decision.verdict === 'allow') {
    const { destinations, forwarded } = hop.decision.target;
    lines.push(
      chalk.dim(
        `    → ${destinations.map(({ host }) => host).join(', ')} as ${
          forwarded.authority
        }${forwarded.path}`,
      ),
    );
  }
  return lines;
}

function headline({
  verdict,
  status,
  decidedBy,
  unknown,
}: Explanation): string {
  const by = decidedBy ? ` by ${decidedBy}` : '';
  switch (verdict) {
    case 'allow':
      return chalk.green(
        `allowed, the client gets ${status ?? 'an answer'}${by}`,
      );
    case 'deny':
      return chalk.red(
        status === 0
          ? `refused: the connection does not come about${by}`
          : `denied with ${status ?? 'a status that is not known'}${by}`,
      );
    default:
      return chalk.yellow(`not known: ${unknown.join(', ')}`);
  }
}

/** An explanation as a person reads it. */
export function formatExplanation(
  explanation: Explanation,
  request: DecisionRequest,
): string {
  const { method = 'GET', scheme = 'http', host, path } = request;
  return [
    `${method} ${scheme}://${host}${path}`,
    headline(explanation),
    '',
    ...explanation.hops.flatMap(hop => [...hopLines(hop, request), '']),
  ].join('\n');
}
