import type { JwtRuleSpec, RequestAuthenticationSpec } from '../specs';
import type { MeshObject } from '../types';
import type { Issues } from './Issues';
import { validateTarget } from './target';

const HEADER_NAME = /^[-_A-Za-z0-9]+$/;

function validateJwtRule(rule: JwtRuleSpec, path: string, issues: Issues) {
  rule.audiences?.forEach((audience, index) => {
    if (audience === '') {
      issues.error(`${path}.audiences[${index}]`, 'audience must be non-empty');
    }
  });
  const uri = rule.jwksUri ?? rule.jwks_uri;
  if (!rule.issuer && !uri) {
    issues.error(path, 'issuer or jwksUri must be set');
  }
  if (uri && !/^https?:\/\//.test(uri)) {
    issues.error(`${path}.jwksUri`, 'jwksUri must be an http or https address');
  }
  if (uri && rule.jwks) {
    issues.error(path, 'only one of jwks and jwksUri can be set');
  }
  if (rule.jwks) {
    try {
      const jwks = JSON.parse(rule.jwks);
      if (typeof jwks !== 'object' || jwks === null) throw new Error();
    } catch {
      issues.error(`${path}.jwks`, 'jwks is not a JSON web key set');
    }
  }
  rule.fromHeaders?.forEach((header, index) => {
    if (!header?.name) {
      issues.error(
        `${path}.fromHeaders[${index}].name`,
        'header name must be non-empty',
      );
    }
  });
  for (const field of ['fromParams', 'fromCookies'] as const) {
    rule[field]?.forEach((name, index) => {
      if (!name)
        issues.error(`${path}.${field}[${index}]`, 'name must be non-empty');
    });
  }
  rule.outputClaimToHeaders?.forEach((output, index) => {
    const at = `${path}.outputClaimToHeaders[${index}]`;
    if (!output?.claim || !output?.header) {
      issues.error(at, 'header and claim must be non-empty');
    } else if (!HEADER_NAME.test(output.header)) {
      issues.error(
        `${at}.header`,
        `${JSON.stringify(output.header)} is not a header name`,
      );
    }
  });
}

/** Istio: pkg/config/validation/validation.go, ValidateRequestAuthentication and validateJwtRule. @internal */
export function validateRequestAuthentication(
  object: MeshObject,
  issues: Issues,
) {
  const spec = (object.spec ?? {}) as RequestAuthenticationSpec;
  validateTarget(spec, issues);
  spec.jwtRules?.forEach((rule, index) =>
    validateJwtRule(rule, `spec.jwtRules[${index}]`, issues),
  );
}
