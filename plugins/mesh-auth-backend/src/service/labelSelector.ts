import { InputError } from '@backstage/errors';

/**
 * A predicate over labels.
 *
 * @internal
 */
export type LabelPredicate = (
  labels: Readonly<Record<string, string>>,
) => boolean;

const KEY = '(?<key>[A-Za-z0-9]([-A-Za-z0-9._/]*[A-Za-z0-9])?)';
const EXISTS = new RegExp(`^(?<not>!?)\\s*${KEY}$`);
const EQUALS = new RegExp(
  `^${KEY}\\s*(?<operator>==|=|!=)\\s*(?<value>[-A-Za-z0-9._]*)$`,
);
const AMONG = new RegExp(
  `^${KEY}\\s+(?<operator>in|notin)\\s*\\((?<values>[^()]*)\\)$`,
);

/** The requirements of a selector: separated by commas that stand outside of parentheses. */
function requirements(selector: string): string[] {
  return selector.split(/,(?![^()]*\))/).map(part => part.trim());
}

function parseRequirement(text: string): LabelPredicate {
  const equals = EQUALS.exec(text)?.groups;
  if (equals) {
    const { key, operator, value } = equals;
    return operator === '!='
      ? labels => labels[key] !== value
      : labels => labels[key] === value;
  }
  const among = AMONG.exec(text)?.groups;
  if (among) {
    const { key, operator } = among;
    const values = new Set(among.values.split(',').map(value => value.trim()));
    return operator === 'in'
      ? labels => labels[key] !== undefined && values.has(labels[key])
      : labels => labels[key] === undefined || !values.has(labels[key]);
  }
  const exists = EXISTS.exec(text)?.groups;
  if (exists) {
    const { key, not } = exists;
    return labels => (labels[key] !== undefined) === (not === '');
  }
  throw new InputError(`'${text}' is not a label requirement`);
}

/**
 * Reads a Kubernetes label selector: `app=a`, `app!=a`, `app in (a, b)`, `app notin (a)`, `app`, `!app`, joined by
 * commas. As in Kubernetes, `!=` and `notin` also match objects without the label.
 *
 * @throws InputError naming the part that cannot be read
 *
 * @internal
 */
export function parseLabelSelector(selector: string): LabelPredicate {
  const predicates = requirements(selector).map(parseRequirement);
  return labels => predicates.every(predicate => predicate(labels));
}
