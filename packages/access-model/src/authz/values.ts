import { parseCidr } from '../match/cidr';
import { isPathTemplate } from '../match/pathTemplate';
import { headerMatcher, wildcardMatcher } from '../match/stringMatcher';
import type { StringMatcher } from '../match/stringMatcher';
import { and, or } from './Expression';
import type { Expression } from './Expression';

/** A value that istiod cannot translate. What becomes of its rule depends on the policy's action. @internal */
export class UntranslatableValue extends Error {}

/** Chain for which a rule is compiled, and whose policy it is. @internal */
export interface ValueContext {
  forTcp: boolean;
  policyNamespace: string;
}

/** Translates all values of one attribute into one condition, the values being alternatives. */
type Translate = (
  value: string,
  key: string,
  context: ValueContext,
) => Expression;

function httpOnly(key: string, context: ValueContext) {
  if (context.forTcp) throw new UntranslatableValue(`${key} is HTTP only`);
}

function cidr(type: 'destinationIp' | 'sourceIp' | 'remoteIp'): Translate {
  return value => {
    const parsed = parseCidr(value);
    if (!parsed) throw new UntranslatableValue(`${value} is not an address`);
    return { type, cidr: parsed, text: value };
  };
}

/** Istio: pilot/pkg/security/authz/model/generator.go, serviceAccountRegex. Values are not quoted in this version of Istio. */
function serviceAccount(value: string, namespace: string): string {
  const slash = value.indexOf('/');
  const ns = slash < 0 ? namespace : value.slice(0, slash);
  const name = slash < 0 ? value : value.slice(slash + 1);
  return `spiffe://.+/ns/${ns}/(.+/|)sa/${name}(/.+)?`;
}

/** `[a][b]` as keys; anything that is not a plain row of brackets is one literal key. Istio: model/util.go. */
function claimPath(key: string): string[] {
  const text = key.slice('request.auth.claims'.length);
  if (/^(\[[^[\]]*\])+$/.test(text)) return text.slice(1, -1).split('][');
  if (!text.startsWith('[') || !text.endsWith(']')) {
    throw new UntranslatableValue(
      `expecting format [<NAME>], but found ${text}`,
    );
  }
  return [text.slice(1, -1)];
}

/**
 * `issuer/subject`, cut at the last slash. Istio: model/generator.go, requestPrincipalGenerator.
 */
function requestPrincipal(value: string): Expression {
  const slash = value.lastIndexOf('/');
  const found = slash >= 0;
  const issuer = found ? value.slice(0, slash) : value;
  const subject = found ? value.slice(slash + 1) : '';
  const any: StringMatcher = { type: 'nonEmpty' };
  let iss: StringMatcher = { type: 'exact', value: issuer };
  let sub: StringMatcher = { type: 'exact', value: subject };
  if (value === '*') {
    iss = any;
    sub = any;
  } else if (value.startsWith('*')) {
    if (found) {
      iss = issuer === '*' ? any : { type: 'suffix', value: issuer.slice(1) };
    } else {
      iss = any;
      sub = { type: 'suffix', value: value.slice(1) };
    }
  } else if (value.endsWith('*')) {
    if (found) {
      sub =
        subject === '*' ? any : { type: 'prefix', value: subject.slice(0, -1) };
    } else {
      iss = { type: 'prefix', value: value.slice(0, -1) };
      sub = any;
    }
  }
  return and([
    { type: 'claim', path: ['iss'], matchers: [iss], list: false },
    { type: 'claim', path: ['sub'], matchers: [sub], list: false },
  ]);
}

/** Attributes whose values are translated one by one and joined by or. @internal */
export const SINGLE: Record<string, Translate> = {
  'destination.ip': cidr('destinationIp'),
  'source.ip': cidr('sourceIp'),
  'remote.ip': cidr('remoteIp'),
  'destination.port': value => {
    if (!/^\+?\d+$/.test(value) || Number(value) > 65535) {
      throw new UntranslatableValue(`${value} is not a port`);
    }
    return { type: 'port', port: Number(value) };
  },
  'connection.sni': value => ({ type: 'sni', matcher: wildcardMatcher(value) }),
  'source.namespace': value => ({
    type: 'peer',
    matcher: {
      type: 'regex',
      value: `.*/ns/${value.replaceAll('*', '.*')}/.*`,
    },
    text: `namespace ${value}`,
  }),
  'source.serviceAccount': (value, _key, { policyNamespace }) => ({
    type: 'peer',
    matcher: { type: 'regex', value: serviceAccount(value, policyNamespace) },
    text: `service account ${
      value.includes('/') ? value : `${policyNamespace}/${value}`
    }`,
  }),
  'source.principal': value => ({
    type: 'peer',
    matcher: wildcardMatcher(value, 'spiffe://'),
    text: value,
  }),
  host: (value, key, context) => {
    httpOnly(key, context);
    return {
      type: 'header',
      name: ':authority',
      matcher: headerMatcher(value, { ignoreCase: true }),
    };
  },
  method: (value, key, context) => {
    httpOnly(key, context);
    return { type: 'header', name: ':method', matcher: headerMatcher(value) };
  },
  path: (value, key, context) => {
    httpOnly(key, context);
    return isPathTemplate(value)
      ? { type: 'template', template: value }
      : { type: 'path', matcher: wildcardMatcher(value) };
  },
  'request.headers': (value, key, context) => {
    httpOnly(key, context);
    const name = key.slice('request.headers'.length);
    if (!name.startsWith('[') || !name.endsWith(']')) {
      throw new UntranslatableValue(
        `expecting format [<NAME>], but found ${name}`,
      );
    }
    return {
      type: 'header',
      name: name.slice(1, -1).toLowerCase(),
      matcher: headerMatcher(value.trim()),
    };
  },
};

function claim(path: string[], values: string[]): Expression {
  return {
    type: 'claim',
    path,
    matchers: values.map(value => wildcardMatcher(value)),
    list: true,
  };
}

/** Attributes whose values are translated together. @internal */
export const TOGETHER: Record<
  string,
  (values: string[], key: string, context: ValueContext) => Expression
> = {
  'request.auth.principal': (values, key, context) => {
    httpOnly(key, context);
    return or(values.map(requestPrincipal));
  },
  'request.auth.audiences': (values, key, context) => {
    httpOnly(key, context);
    return claim(['aud'], values);
  },
  'request.auth.presenter': (values, key, context) => {
    httpOnly(key, context);
    return claim(['azp'], values);
  },
  'request.auth.claims': (values, key, context) => {
    httpOnly(key, context);
    return claim(claimPath(key), values);
  },
  'experimental.envoy.filters.': (_values, key) => ({ type: 'metadata', key }),
};
