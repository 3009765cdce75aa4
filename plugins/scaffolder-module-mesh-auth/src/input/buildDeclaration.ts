import { InputError } from '@backstage/errors';
import {
  AccessDeclaration,
  DeclarationProblem,
  ExposureDeclaration,
  KeycloakClientRole,
  validateClientRoles,
  validateDeclaration,
} from '@mesh-auth/access-model';
import {
  GatewayConfig,
  HostConfig,
  LoginWallConfig,
  RealmConfig,
  ScaffolderConfig,
} from '../config/readScaffolderConfig';
import { checkPlatformWall } from './checkPlatformWall';
import { CallerInput, readCallers, readRules, RuleInput } from './readRules';
import { unknownRoles } from './unknownRoles';

/**
 * A role of the service's client in the form's words.
 *
 * @internal
 */
export interface ClientRoleInput {
  name: string;
  description?: string;
  includes?: string[];
}

/** @internal */
export function readClientRoles(
  roles: ClientRoleInput[],
): KeycloakClientRole[] {
  return roles.map(role => ({
    name: role.name,
    ...(role.description && { description: role.description }),
    composites: role.includes ?? [],
  }));
}

/**
 * What a template says about a service's access, in the form's words.
 *
 * @internal
 */
export interface AccessInput {
  name: string;
  namespace?: string;
  ownNamespace?: boolean;
  image?: string;
  port?: number;
  host: string;
  path?: string;
  gateway?: string;
  loginWall?: boolean;
  realm: string;
  clientId?: string;
  roles?: ClientRoleInput[];
  rules: RuleInput[];
  callers?: CallerInput[];
}

/** @internal */
export function findRealm(config: ScaffolderConfig, name: string): RealmConfig {
  const realm = config.realms.find(candidate => candidate.name === name);
  if (!realm) {
    throw new InputError(
      `realm: ${name} is not among the realms that the platform offers (${
        config.realms.map(candidate => candidate.name).join(', ') ||
        'none is configured'
      })`,
    );
  }
  return realm;
}

/** @internal */
export function findGateway(
  config: ScaffolderConfig,
  id: string | undefined,
): GatewayConfig {
  const gateway =
    id === undefined
      ? config.gateways[0]
      : config.gateways.find(candidate => candidate.id === id);
  if (!gateway) {
    throw new InputError(
      `gateway: ${
        id ?? 'none'
      } is not among the gateways that the platform offers (${
        config.gateways.map(candidate => candidate.id).join(', ') ||
        'none is configured'
      })`,
    );
  }
  return gateway;
}

/**
 * Fails with all problems at once, so that a form is corrected in one go.
 *
 * @throws InputError naming each field
 *
 * @internal
 */
export function refuseProblems(problems: DeclarationProblem[]): void {
  if (problems.length > 0) {
    throw new InputError(
      problems.map(({ field, message }) => `${field}: ${message}`).join('\n'),
    );
  }
}

function isLeftOut(host: string, wall: LoginWallConfig): boolean {
  return wall.exceptHosts.some(pattern =>
    pattern.startsWith('*.')
      ? host.endsWith(pattern.slice(1))
      : host === pattern,
  );
}

/** Refuses what the gateway would not do, whatever the service's own manifests say. */
function checkLoginWall(options: {
  input: AccessInput;
  gateway: GatewayConfig;
  wanted: boolean;
}): void {
  const { input, gateway, wanted } = options;
  const wall = gateway.loginWall;
  if (!wall) {
    if (wanted) {
      throw new InputError(
        `loginWall: gateway ${gateway.id} has no login wall`,
      );
    }
    return;
  }
  if (wall.coverage === 'service') {
    return;
  }
  const covered = !isLeftOut(input.host, wall);
  if (wanted !== covered) {
    const except = wall.exceptHosts.join(', ') || 'none';
    throw new InputError(
      covered
        ? `loginWall: the platform puts ${input.host} behind its login wall; hosts without one: ${except}`
        : `loginWall: the platform's login wall leaves out ${input.host}`,
    );
  }
}

function buildExposure(options: {
  input: AccessInput;
  gateway: GatewayConfig;
  host: HostConfig;
  wanted: boolean;
}): ExposureDeclaration {
  const { input, gateway, host, wanted } = options;
  const wall = wanted ? gateway.loginWall : undefined;
  return {
    kind: gateway.kind === 'istio' ? 'virtualService' : 'httpRoute',
    host: input.host,
    pathPrefix: input.path ?? '/',
    gateway: {
      namespace: gateway.namespace,
      name: gateway.name,
      ...(gateway.kind === 'gatewayApi' &&
        gateway.listener !== undefined && { listener: gateway.listener }),
      ...(gateway.serviceAccount && { serviceAccount: gateway.serviceAccount }),
    },
    ...(wall && {
      loginWall: {
        tokenHeader: wall.tokenHeader,
        audience: wall.loginClient,
        // The owner of a shared host routes /oauth2 there.
        ...(host.kind === 'domain' && {
          signIn: {
            namespace: wall.service.namespace,
            service: wall.service.name,
            port: wall.service.port,
          },
        }),
        ...(wall.coverage === 'service' && {
          policy: {
            provider: wall.provider,
            ...(gateway.kind === 'istio' && {
              gatewayLabels: wall.gatewayLabels,
            }),
          },
        }),
      },
    }),
  };
}

/**
 * Turns what a template says into a declaration, within what the platform's configuration allows.
 *
 * @throws InputError naming the field
 *
 * @internal
 */
export function buildDeclaration(options: {
  input: AccessInput;
  config: ScaffolderConfig;
  host: HostConfig;
}): AccessDeclaration {
  const { input, config, host } = options;
  const realm = findRealm(config, input.realm);
  const gateway = findGateway(config, input.gateway);
  const wanted = input.loginWall ?? gateway.loginWall !== undefined;
  checkLoginWall({ input, gateway, wanted });
  const namespace = input.namespace ?? input.name;
  if (config.reservedNamespaces.includes(namespace)) {
    throw new InputError(`namespace: ${namespace} is reserved by the platform`);
  }
  const declaration: AccessDeclaration = {
    service: {
      name: input.name,
      namespace,
      ownsNamespace: input.ownNamespace ?? namespace === input.name,
      image: input.image ?? defaultImage(config, input.name),
      containerPort: input.port ?? 8080,
    },
    exposure: buildExposure({ input, gateway, host, wanted }),
    identity: {
      issuer: realm.issuer,
      jwksUri: realm.jwksUri,
      clientId: input.clientId ?? input.name,
    },
    rules: readRules(input.rules, 'rules', input.path ?? '/'),
    callers: readCallers(input.callers ?? [], input.path ?? '/'),
  };
  refuseProblems([
    ...validateDeclaration(declaration),
    ...(input.roles
      ? [
          ...validateClientRoles(readClientRoles(input.roles)),
          ...unknownRoles(declaration, readClientRoles(input.roles)),
        ]
      : []),
  ]);
  checkPlatformWall(declaration, config.gateways);
  return declaration;
}

function defaultImage(config: ScaffolderConfig, name: string): string {
  return config.imageRepository
    ? `${config.imageRepository}/${name}:latest`
    : `${name}:latest`;
}
