import Ajv from 'ajv';
import type { ValidateFunction } from 'ajv';
import authorizationPolicy from './AuthorizationPolicy.security.istio.io.json';
import destinationRule from './DestinationRule.networking.istio.io.json';
import grpcRoute from './GRPCRoute.gateway.networking.k8s.io.json';
import kubernetesGateway from './Gateway.gateway.networking.k8s.io.json';
import istioGateway from './Gateway.networking.istio.io.json';
import gatewayClass from './GatewayClass.gateway.networking.k8s.io.json';
import httpRoute from './HTTPRoute.gateway.networking.k8s.io.json';
import peerAuthentication from './PeerAuthentication.security.istio.io.json';
import referenceGrant from './ReferenceGrant.gateway.networking.k8s.io.json';
import requestAuthentication from './RequestAuthentication.security.istio.io.json';
import serviceEntry from './ServiceEntry.networking.istio.io.json';
import sidecar from './Sidecar.networking.istio.io.json';
import virtualService from './VirtualService.networking.istio.io.json';
import workloadEntry from './WorkloadEntry.networking.istio.io.json';

const schemas: Record<string, { versions: string[]; spec: object }> = {
  'security.istio.io/AuthorizationPolicy': authorizationPolicy,
  'security.istio.io/RequestAuthentication': requestAuthentication,
  'security.istio.io/PeerAuthentication': peerAuthentication,
  'networking.istio.io/Gateway': istioGateway,
  'networking.istio.io/VirtualService': virtualService,
  'networking.istio.io/ServiceEntry': serviceEntry,
  'networking.istio.io/WorkloadEntry': workloadEntry,
  'networking.istio.io/DestinationRule': destinationRule,
  'networking.istio.io/Sidecar': sidecar,
  'gateway.networking.k8s.io/Gateway': kubernetesGateway,
  'gateway.networking.k8s.io/GatewayClass': gatewayClass,
  'gateway.networking.k8s.io/HTTPRoute': httpRoute,
  'gateway.networking.k8s.io/GRPCRoute': grpcRoute,
  'gateway.networking.k8s.io/ReferenceGrant': referenceGrant,
};

const compiled = new Map<string, ValidateFunction>();

/**
 * Validator of a kind's `spec` (of everything for kinds without spec), from the OpenAPI schema of its definition; compiled at first use.
 *
 * @internal
 */
export function schemaOf(
  group: string,
  kind: string,
): { versions: string[]; validate: ValidateFunction } | undefined {
  const key = `${group}/${kind}`;
  const schema = Object.prototype.hasOwnProperty.call(schemas, key)
    ? schemas[key]
    : undefined;
  if (!schema) return undefined;
  let validate = compiled.get(key);
  if (!validate) {
    validate = new Ajv({
      strict: false,
      // Tidying the generated code takes longer than the objects of a large mesh.
      code: { optimize: false },
      validateFormats: false,
      verbose: true,
      messages: true,
    }).compile(schema.spec);
    compiled.set(key, validate);
  }
  return { versions: schema.versions, validate };
}
