import type { AuthorizationRule } from '../manifests/specs';
import type { MeshConfig } from '../mesh/MeshConfig';
import { and, or } from './Expression';
import type { Expression } from './Expression';
import { withAliases } from './trustDomains';
import { SINGLE, TOGETHER, UntranslatableValue } from './values';
import type { ValueContext } from './values';

/** One attribute with its values, before translation. */
interface Attribute {
  /** Which translator. */
  kind: string;
  key: string;
  values: string[];
  notValues: string[];
}

/** A rule in the small form: any permission and any principal. @internal */
export interface CompiledRule {
  permissions: Expression[];
  principals: Expression[];
}

const PERMISSION_KEYS = [
  'destination.ip',
  'destination.port',
  'connection.sni',
];
const PRINCIPAL_KEYS = [
  'source.ip',
  'remote.ip',
  'source.namespace',
  'source.serviceAccount',
  'source.principal',
  'request.auth.principal',
  'request.auth.audiences',
  'request.auth.presenter',
];

/** Where a `when` key goes. */
function classify(
  key: string,
): { kind: string; side: 'permission' | 'principal' } | undefined {
  if (PERMISSION_KEYS.includes(key)) return { kind: key, side: 'permission' };
  if (key.startsWith('experimental.envoy.filters.')) {
    return { kind: 'experimental.envoy.filters.', side: 'permission' };
  }
  if (PRINCIPAL_KEYS.includes(key)) return { kind: key, side: 'principal' };
  if (key.startsWith('request.headers'))
    return { kind: 'request.headers', side: 'principal' };
  if (key.startsWith('request.auth.claims')) {
    return { kind: 'request.auth.claims', side: 'principal' };
  }
  return undefined;
}

/** In the order of the fields in istiod's generator, so that the form can be compared with its output. */
const SOURCE_ATTRIBUTES: [kind: string, field: string][] = [
  ['source.principal', 'principals'],
  ['request.auth.principal', 'requestPrincipals'],
  ['source.serviceAccount', 'serviceAccounts'],
  ['source.namespace', 'namespaces'],
  ['remote.ip', 'remoteIpBlocks'],
  ['source.ip', 'ipBlocks'],
];

const OPERATION_ATTRIBUTES: [kind: string, field: string][] = [
  ['host', 'hosts'],
  ['method', 'methods'],
  ['path', 'paths'],
  ['destination.port', 'ports'],
];

function attributesOf(
  fields: Record<string, string[] | undefined> | undefined,
  table: [kind: string, field: string][],
): Attribute[] {
  return table.map(([kind, field]) => ({
    kind,
    key: kind,
    values: fields?.[field] ?? [],
    notValues: fields?.[`not${field[0].toUpperCase()}${field.slice(1)}`] ?? [],
  }));
}

/** Translates one side (`values` or `notValues`) of an attribute; `undefined` where nothing is left of it. */
function translate(
  attribute: Attribute,
  values: string[],
  options: { context: ValueContext; lenient: boolean },
): Expression | undefined {
  const { context, lenient } = options;
  if (values.length === 0) return undefined;
  const attempt = (run: () => Expression): Expression | undefined => {
    try {
      return run();
    } catch (error) {
      // An ALLOW rule with a value that cannot be translated is dropped altogether, so that it allows less; in the other actions only the
      // value is dropped, so that they deny more. Istio: model/model.go, checkError.
      if (!(error instanceof UntranslatableValue) || !lenient) throw error;
      return undefined;
    }
  };
  const together = TOGETHER[attribute.kind];
  if (together) return attempt(() => together(values, attribute.key, context));
  const single = SINGLE[attribute.kind];
  const alternatives = values
    .map(value => attempt(() => single(value, attribute.key, context)))
    .filter((item): item is Expression => item !== undefined);
  return alternatives.length ? or(alternatives) : undefined;
}

function conjunction(
  attributes: Attribute[],
  options: { context: ValueContext; lenient: boolean },
): Expression {
  const parts: Expression[] = [];
  for (const attribute of attributes) {
    const positive = translate(attribute, attribute.values, options);
    if (positive) parts.push(positive);
    const negative = translate(attribute, attribute.notValues, options);
    if (negative) parts.push({ type: 'not', of: negative });
  }
  return and(parts);
}

/**
 * Compiles a rule as istiod does; `undefined` where istiod leaves the rule out.
 *
 * Empty lists count as absent fields. Every `when` condition joins each source or each operation.
 *
 * Istio: pilot/pkg/security/authz/model/model.go, New, MigrateTrustDomain and Generate.
 *
 * @internal
 */
export function compileRule(options: {
  rule: AuthorizationRule;
  action: 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';
  policyNamespace: string;
  forTcp: boolean;
  meshConfig: MeshConfig;
}): CompiledRule | undefined {
  const { rule, action, policyNamespace, forTcp, meshConfig } = options;
  const when = { permission: [] as Attribute[], principal: [] as Attribute[] };
  for (const { key, values = [], notValues = [] } of rule.when ?? []) {
    const place = classify(key);
    if (!place) return undefined;
    when[place.side].push({ kind: place.kind, key, values, notValues });
  }
  const migrate = (attribute: Attribute): Attribute =>
    attribute.kind === 'source.principal'
      ? {
          ...attribute,
          values: withAliases(attribute.values, meshConfig),
          notValues: withAliases(attribute.notValues, meshConfig),
        }
      : attribute;
  const settings = {
    context: { forTcp, policyNamespace },
    lenient: action !== 'ALLOW',
  };
  const sources = rule.from?.length ? rule.from : [{}];
  const operations = rule.to?.length ? rule.to : [{}];
  try {
    return {
      permissions: operations.map(({ operation }) =>
        conjunction(
          [
            ...attributesOf(operation, OPERATION_ATTRIBUTES),
            ...when.permission,
          ],
          settings,
        ),
      ),
      principals: sources.map(({ source }) =>
        conjunction(
          [...attributesOf(source, SOURCE_ATTRIBUTES), ...when.principal].map(
            migrate,
          ),
          settings,
        ),
      ),
    };
  } catch (error) {
    if (error instanceof UntranslatableValue) return undefined;
    throw error;
  }
}
