import { declarationPatterns, HTTP_METHODS } from '@mesh-auth/access-model';
import { z } from 'zod/v3';

type Zod = typeof z;

/** A schema's pattern, for forms that check before the action does. */
function pattern(source: string): RegExp {
  return new RegExp(source);
}

/** Name of the service, of its Kubernetes objects and, unless said otherwise, of its client. */
export function serviceNameField(zod: Zod) {
  return zod
    .string()
    .regex(pattern(declarationPatterns.serviceName))
    .describe(
      'Name of the service: a DNS label of lower-case letters, digits and dashes that starts with a letter',
    );
}

export function namespaceField(zod: Zod) {
  return zod
    .string()
    .regex(pattern(declarationPatterns.namespace))
    .describe('Kubernetes namespace of the service. Default: its name')
    .optional();
}

export function clientIdField(zod: Zod) {
  return zod
    .string()
    .regex(pattern(declarationPatterns.clientId))
    .describe(
      "Client id of the service's Keycloak client. Default: the service's name",
    )
    .optional();
}

export function realmField(zod: Zod) {
  return zod
    .string()
    .min(1)
    .describe(
      'Realm that issues the tokens; one of meshAuth.scaffolder.realms in the configuration',
    );
}

export function targetPathField(zod: Zod) {
  return zod
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/)
    .describe(
      'Folder for the manifests, relative to the workspace. Default: deploy',
    )
    .optional();
}

export function clientRolesField(zod: Zod) {
  return zod
    .array(
      zod.object({
        name: zod
          .string()
          .regex(pattern(declarationPatterns.roleName))
          .describe('Name of the role'),
        description: zod
          .string()
          .max(255)
          .describe('What the role lets someone do')
          .optional(),
        includes: zod
          .array(zod.string())
          .describe('Roles of the same client that come with this one')
          .optional(),
      }),
    )
    .describe("Roles of the service's own client");
}

function methodsField(zod: Zod) {
  return zod
    .array(zod.enum(HTTP_METHODS as [string, ...string[]]))
    .describe('HTTP methods. None: every method')
    .optional();
}

function pathsField(zod: Zod) {
  return zod
    .array(zod.string().startsWith('/'))
    .min(1)
    .describe(
      'Paths below the path of the service: /orders, /orders/* (and everything below) or /orders/{id}',
    );
}

function roleNamesField(zod: Zod) {
  return zod
    .array(zod.string().min(1))
    .describe(
      'Roles of which one is enough: reader for a role of the own client, realm:admin for a role of the realm',
    )
    .optional();
}

export function rulesField(zod: Zod) {
  return zod
    .array(
      zod.object({
        paths: pathsField(zod),
        methods: methodsField(zod),
        access: zod
          .enum(['public', 'loggedIn', 'roles'])
          .describe(
            'public: anyone; loggedIn: anyone with a login; roles: a login with one of the roles',
          ),
        roles: roleNamesField(zod),
      }),
    )
    .describe(
      'Who may call what through the gateway. Rules add up; everything else is denied',
    );
}

export function callersField(zod: Zod) {
  return zod
    .array(
      zod.object({
        workload: zod
          .string()
          .regex(/^[a-z0-9-]+\/[a-z0-9.-]+$/)
          .describe('namespace/serviceAccount of a workload of the mesh'),
        paths: pathsField(zod),
        methods: methodsField(zod),
        roles: roleNamesField(zod),
      }),
    )
    .describe('Workloads of the mesh that may call without the gateway')
    .optional();
}
