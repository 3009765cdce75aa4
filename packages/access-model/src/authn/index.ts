export { describeLocation, jwtRulesFor } from './jwtRules';
export type { JwtRule, TokenLocation } from './jwtRules';
export { peerAuthenticationFor } from './peerAuthentication';
export type { MtlsDecision } from './peerAuthentication';
