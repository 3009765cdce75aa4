import { verifyTokens } from '../authn/verifyTokens';
import { jwtRulesFor } from '../authn/jwtRules';
import type { PolicyRule, PolicySet } from '../authz/PolicySet';
import { Unknowns } from '../match/RequestFacts';
import { TRUE, UNKNOWN } from '../match/truth';
import type { Mesh } from '../mesh/Mesh';
import type { MeshProxy } from '../mesh/Proxy';
import type { MeshObject } from '../manifests/types';
import { customStage, matching } from './customStage';
import type { PreparedRequest } from './requestFacts';
import type { Tracer } from './Tracer';
import type { ExtAuthzAnswer } from './types';

/** What the policies of one proxy say. @internal */
export type PolicyOutcome =
  | { verdict: 'pass'; decidedBy?: { object: MeshObject; rule: number } }
  | {
      verdict: 'deny';
      /** Absent where an earlier station that is not known may answer first. */
      status?: number;
      decidedBy?: { object: MeshObject; rule?: number };
    }
  | { verdict: 'unknown'; unknown: string[] };

function by(rule: PolicyRule): { object: MeshObject; rule: number } {
  return { object: rule.policy.object, rule: rule.index };
}

/** State that the stations hand on. */
interface Run {
  mesh: Mesh;
  proxy: MeshProxy;
  request: PreparedRequest;
  answers: Record<string, ExtAuthzAnswer>;
  routed: boolean | undefined;
  set: PolicySet;
  tracer: Tracer;
  /** What was needed so far and not known. */
  missing: Set<string>;
}

function custom(run: Run): PolicyOutcome | undefined {
  const { mesh, request, answers, routed, set, tracer, missing } = run;
  const unknowns = new Unknowns();
  const outcome = customStage({
    mesh,
    rules: set.custom,
    request,
    answers,
    routed,
    unknowns,
  });
  switch (outcome.state) {
    case 'none':
      tracer.step('CUSTOM', 'skip', 'no CUSTOM policy is for this proxy');
      return undefined;
    case 'unmatched':
      tracer.step(
        'CUSTOM',
        'pass',
        outcome.provider
          ? `no CUSTOM rule matches, so provider ${outcome.provider} is not asked`
          : 'no CUSTOM rule matches',
      );
      return undefined;
    case 'unrouted':
      tracer.step(
        'CUSTOM',
        'pass',
        `the request has no route, so provider ${outcome.provider} is not asked`,
      );
      return undefined;
    case 'allowed':
      tracer.step('CUSTOM', 'pass', outcome.why, {
        object: outcome.rule.policy.object,
        rule: outcome.rule.index,
      });
      return undefined;
    case 'denied':
      tracer.step('CUSTOM', 'deny', outcome.why, {
        object: outcome.rule.policy.object,
        rule: outcome.rule.index,
        status: outcome.status,
      });
      return {
        verdict: 'deny',
        status: outcome.status,
        decidedBy: by(outcome.rule),
      };
    default: {
      unknowns.list.forEach(name => missing.add(name));
      tracer.step(
        'CUSTOM',
        'unknown',
        `depends on ${unknowns.list.join(', ') || 'the route'}`,
        {
          object: outcome.rule?.policy.object,
          rule: outcome.rule?.index,
        },
      );
      // What the provider would put into the request is not known either.
      for (const header of outcome.provider?.headersToUpstreamOnAllow ?? []) {
        request.facts.unknownHeaders.set(
          header.toLowerCase(),
          `header ${header} in the answer of provider ${
            outcome.provider!.name
          }`,
        );
      }
      if (
        outcome.provider &&
        request.provided?.provider === outcome.provider.name
      ) {
        request.facts.claimsUnknown = `token that provider ${outcome.provider.name} may add`;
      }
      return undefined;
    }
  }
}

function jwt(run: Run): PolicyOutcome | undefined {
  const { mesh, proxy, request, tracer, missing } = run;
  const rules = jwtRulesFor(mesh, proxy);
  if (rules.length === 0) {
    request.facts.claimsUnknown = undefined;
    tracer.step('JWT', 'skip', 'no RequestAuthentication is for this proxy');
    return undefined;
  }
  if (request.facts.claimsUnknown !== undefined) {
    missing.add(request.facts.claimsUnknown);
    tracer.step('JWT', 'unknown', `depends on ${request.facts.claimsUnknown}`);
    return undefined;
  }
  const outcome = verifyTokens(rules, request.facts, request.tokens);
  switch (outcome.state) {
    case 'none':
      tracer.step(
        'JWT',
        'pass',
        'no token where a RequestAuthentication looks for one; the caller stays anonymous',
      );
      return undefined;
    case 'accepted':
      request.facts.claims = outcome.claims;
      tracer.step(
        'JWT',
        'pass',
        `token of issuer ${String(outcome.claims.iss ?? '')} is accepted`,
        {
          object: outcome.rule.object,
          rule: outcome.rule.index,
        },
      );
      return undefined;
    case 'rejected':
      tracer.step('JWT', 'deny', outcome.why, {
        object: outcome.rule?.object,
        rule: outcome.rule?.index,
        status: outcome.status,
      });
      return {
        verdict: 'deny',
        status: outcome.status,
        decidedBy: outcome.rule && {
          object: outcome.rule.object,
          rule: outcome.rule.index,
        },
      };
    default:
      request.facts.claimsUnknown = outcome.why;
      missing.add(outcome.why);
      tracer.step('JWT', 'unknown', `depends on the ${outcome.why}`);
      return undefined;
  }
}

function audit({ set, request, tracer }: Run) {
  if (set.audit.policies.length === 0) return;
  const { rule, value } = matching(
    set.audit.rules,
    request.facts,
    new Unknowns(),
  );
  tracer.step(
    'AUDIT',
    'pass',
    rule && value === TRUE
      ? 'the request is marked for audit'
      : 'no AUDIT rule matches',
    value === TRUE && rule
      ? { object: rule.policy.object, rule: rule.index }
      : {},
  );
}

function shadow({ set, request, tracer }: Run, action: 'deny' | 'allow') {
  const rules = set[action].shadow;
  if (rules.length === 0) return;
  const { rule, value } = matching(rules, request.facts, new Unknowns());
  if (!rule || value !== TRUE) return;
  tracer.step(
    action === 'deny' ? 'DENY' : 'ALLOW',
    'pass',
    `dry run: would ${action}, but is not enforced`,
    { object: rule.policy.object, rule: rule.index },
  );
}

function deny(run: Run): PolicyOutcome | undefined {
  const { set, request, tracer, missing } = run;
  shadow(run, 'deny');
  if (!set.deny.enforced) {
    tracer.step('DENY', 'skip', 'no DENY policy is for this proxy');
    return undefined;
  }
  const unknowns = new Unknowns();
  const { rule, value } = matching(set.deny.rules, request.facts, unknowns);
  if (rule && value === TRUE) {
    tracer.step('DENY', 'deny', 'a DENY rule matches', {
      object: rule.policy.object,
      rule: rule.index,
      status: 403,
    });
    return { verdict: 'deny', status: 403, decidedBy: by(rule) };
  }
  if (rule && value === UNKNOWN) {
    unknowns.list.forEach(name => missing.add(name));
    tracer.step('DENY', 'unknown', `depends on ${unknowns.list.join(', ')}`, {
      object: rule.policy.object,
      rule: rule.index,
    });
    return undefined;
  }
  tracer.step('DENY', 'pass', 'no DENY rule matches');
  return undefined;
}

function allow(run: Run): PolicyOutcome {
  const { set, request, tracer, missing } = run;
  shadow(run, 'allow');
  if (!set.allow.enforced) {
    tracer.step(
      'ALLOW',
      'skip',
      'no ALLOW policy is enforced here, so everything that is not denied passes',
    );
    return { verdict: 'pass' };
  }
  const unknowns = new Unknowns();
  const { rule, value } = matching(set.allow.rules, request.facts, unknowns);
  if (rule && value === TRUE) {
    tracer.step('ALLOW', 'pass', 'an ALLOW rule matches', {
      object: rule.policy.object,
      rule: rule.index,
    });
    return { verdict: 'pass', decidedBy: by(rule) };
  }
  if (rule && value === UNKNOWN) {
    unknowns.list.forEach(name => missing.add(name));
    tracer.step('ALLOW', 'unknown', `depends on ${unknowns.list.join(', ')}`, {
      object: rule.policy.object,
      rule: rule.index,
    });
    return { verdict: 'unknown', unknown: unknowns.list };
  }
  const enforced = set.allow.policies.filter(({ dryRun }) => !dryRun);
  const only = enforced.length === 1 ? enforced[0].object : undefined;
  tracer.step(
    'ALLOW',
    'deny',
    only
      ? 'the one ALLOW policy has no rule that matches'
      : `none of ${enforced.length} ALLOW policies has a rule that matches`,
    { object: only, status: 403 },
  );
  return { verdict: 'deny', status: 403, decidedBy: only && { object: only } };
}

/**
 * CUSTOM, JWT, AUDIT, DENY and ALLOW, in Istio's order.
 *
 * A station whose outcome is not known does not end the run: a later one may deny whatever it says. Then the request is denied, though the
 * status that the client gets is not known.
 *
 * Istio: pilot/pkg/networking/core/listener_builder.go, buildHTTPConnectionManager.
 *
 * @internal
 */
export function policyStages(options: Omit<Run, 'missing'>): PolicyOutcome {
  const run: Run = { ...options, missing: new Set() };
  const uncertain = (outcome: PolicyOutcome): PolicyOutcome =>
    outcome.verdict === 'deny' && run.missing.size > 0
      ? { ...outcome, status: undefined }
      : outcome;
  const first = custom(run) ?? jwt(run);
  if (first) return uncertain(first);
  audit(run);
  const denied = deny(run);
  if (denied) return uncertain(denied);
  const outcome = allow(run);
  if (outcome.verdict === 'deny') return uncertain(outcome);
  return run.missing.size > 0
    ? { verdict: 'unknown', unknown: [...run.missing] }
    : outcome;
}
