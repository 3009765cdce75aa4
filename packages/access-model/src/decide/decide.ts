import type { Mesh } from '../mesh/Mesh';
import { decideAtGateway } from './decideAtGateway';
import { decideAtWorkload } from './decideAtWorkload';
import type { Decision, DecisionRequest } from './types';

const MAX_TARGET = 1024 * 1024;

/**
 * Decides one request at one proxy: allow, deny or unknown, with the status that the client gets and the stations that led there.
 *
 * At a gateway the whole way is decided (listener, host, policies, route, redirect); at a workload the inbound side only. Deny with status 400
 * means that the proxy refuses the request before any policy, deny with status 0 that it refuses the connection.
 *
 * @throws TypeError where the request itself makes no sense
 * @public
 */
export function decide(mesh: Mesh, request: DecisionRequest): Decision {
  const { at } = request;
  if (
    typeof at !== 'object' ||
    at === null ||
    typeof at.namespace !== 'string'
  ) {
    throw new TypeError('at.namespace must name the namespace of the proxy');
  }
  if (
    at.kind !== 'gateway' &&
    at.kind !== 'workload' &&
    at.kind !== 'waypoint'
  ) {
    throw new TypeError(
      `at.kind must be gateway, workload or waypoint, found ${JSON.stringify(
        at.kind,
      )}`,
    );
  }
  if ((request.path?.length ?? 0) > MAX_TARGET) {
    throw new TypeError(`path is longer than ${MAX_TARGET} characters`);
  }
  return at.kind === 'gateway'
    ? decideAtGateway(mesh, request)
    : decideAtWorkload(mesh, request);
}
