export { describeLocation, jwtRulesFor } from './jwtRules';
export type { JwtRule, TokenLocation } from './jwtRules';
export { peerAuthenticationFor } from './peerAuthentication';
export type { MtlsDecision } from './peerAuthentication';
export { oauth2ProxyOf } from './oauth2Proxy/oauth2ProxyOf';
export type {
  OAuth2ProxyConfig,
  SkipRoute,
} from './oauth2Proxy/OAuth2ProxyConfig';
