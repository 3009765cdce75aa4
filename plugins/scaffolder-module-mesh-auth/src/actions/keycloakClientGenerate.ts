import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { InputError } from '@backstage/errors';
import {
  KeycloakClientDeclaration,
  KeycloakSecretSource,
  validateKeycloakClient,
} from '@mesh-auth/access-model';
import { formatKeycloakClientRef } from '@mesh-auth/plugin-mesh-auth-common';
import { posix } from 'path';
import { CLIENT_FORMATS } from '../config/clientFormats';
import { ScaffolderConfig } from '../config/readScaffolderConfig';
import { renderClient } from '../files/renderClient';
import { NewFile, writeNewFiles } from '../files/writeNewFiles';
import {
  findRealm,
  readClientRoles,
  refuseProblems,
} from '../input/buildDeclaration';
import {
  clientIdField,
  clientRolesField,
  namespaceField,
  realmField,
  serviceNameField,
  targetPathField,
} from '../input/fields';
import { sealedSecretFile } from '../sealing/sealedSecretFile';
import { examples } from './keycloakClientGenerate.examples';

const SECRET_FILE = 'sealed-secret.yaml';
const SECRET_KEY = 'client-secret';

/**
 * Writes the Keycloak client of a service into its repository, as one object that Argo CD applies like the rest.
 *
 * @internal
 */
export function createKeycloakClientGenerateAction(options: {
  config: ScaffolderConfig;
}) {
  const { config } = options;
  return createTemplateAction({
    id: 'mesh-auth:keycloak-client:generate',
    description:
      'Writes the Keycloak client of a service, with its roles, as one object into the workspace',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: serviceNameField,
        namespace: namespaceField,
        realm: realmField,
        clientId: clientIdField,
        description: z =>
          z
            .string()
            .max(255)
            .describe('What the service is for, in one line')
            .optional(),
        roles: clientRolesField,
        serviceAccount: z =>
          z
            .object({
              clientRoles: z
                .array(z.string().regex(/^[^/\s]+\/[^/\s]+$/))
                .describe('Roles of other clients, as clientId/role')
                .optional(),
              realmRoles: z
                .array(z.string())
                .describe('Roles of the realm')
                .optional(),
              audiences: z
                .array(z.string())
                .describe('Client ids of the services that it calls')
                .optional(),
            })
            .describe(
              'What the service may do with tokens of its own; left out for a service that calls no other',
            )
            .optional(),
        secret: z =>
          z
            .enum(['generated', 'reference', 'sealed'])
            .describe(
              'generated: the operator makes the secret inside the cluster; reference: a Secret that exists; sealed: a new one, written as a SealedSecret. Default: generated',
            )
            .optional(),
        secretName: z =>
          z
            .string()
            .describe(
              'Name of the Secret for reference and sealed. Default: <name>-oidc',
            )
            .optional(),
        secretKey: z =>
          z
            .string()
            .describe(`Key in that Secret. Default: ${SECRET_KEY}`)
            .optional(),
        format: z =>
          z
            .enum(CLIENT_FORMATS)
            .describe(
              'edp: KeycloakClient of the EDP operator; keycloak-operator: KeycloakOIDCClient of the official operator; keycloak-config-cli: a fragment of the realm. Default: meshAuth.scaffolder.clientFormat',
            )
            .optional(),
        targetPath: targetPathField,
      },
      output: {
        clientId: z => z.string().describe('Client id'),
        annotation: z =>
          z
            .string()
            .describe(
              'Value of the annotation mesh-auth.io/keycloak-client for the catalog entity',
            ),
        files: z =>
          z
            .array(z.string())
            .describe('Files written, relative to the workspace'),
      },
    },
    async handler(ctx) {
      const { input } = ctx;
      const realm = findRealm(config, input.realm);
      const namespace = input.namespace ?? input.name;
      const clientId = input.clientId ?? input.name;
      if (config.reservedNamespaces.includes(namespace)) {
        throw new InputError(
          `namespace: ${namespace} is reserved by the platform`,
        );
      }
      const kind = input.secret ?? 'generated';
      const secret: KeycloakSecretSource =
        kind === 'generated'
          ? { kind }
          : {
              kind: 'reference',
              secretName: input.secretName ?? `${input.name}-oidc`,
              key: input.secretKey ?? SECRET_KEY,
            };
      const client: KeycloakClientDeclaration = {
        name: input.name,
        namespace,
        clientId,
        realm: { realm: realm.name, reference: realm.reference },
        ...(input.description && { description: input.description }),
        roles: readClientRoles(input.roles),
        ...(input.serviceAccount && {
          serviceAccount: {
            realmRoles: input.serviceAccount.realmRoles ?? [],
            clientRoles: groupByClient(input.serviceAccount.clientRoles ?? []),
            audiences: input.serviceAccount.audiences ?? [],
          },
        }),
        secret,
      };
      refuseProblems(validateKeycloakClient(client, config.limits));

      const folder = input.targetPath ?? 'deploy';
      const files: NewFile[] = [
        renderClient(client, input.format ?? config.clientFormat),
      ];
      if (kind === 'sealed' && secret.kind === 'reference') {
        const sealed = await sealedSecretFile({
          config,
          namespace,
          name: secret.secretName,
          keys: [secret.key],
          workspacePath: ctx.workspacePath,
          path: posix.join(folder, SECRET_FILE),
        });
        if (sealed) {
          files.push({ ...sealed, path: SECRET_FILE });
        } else {
          ctx.logger.info(`${SECRET_FILE} is there already and is kept`);
        }
      }
      const written = await writeNewFiles({
        workspacePath: ctx.workspacePath,
        folder,
        files,
      });
      written.forEach(file => ctx.logger.info(`Wrote ${file}`));

      ctx.output('clientId', clientId);
      ctx.output(
        'annotation',
        formatKeycloakClientRef({
          ...(realm.instance !== undefined && { instance: realm.instance }),
          realm: realm.name,
          clientId,
        }),
      );
      ctx.output('files', written);
    },
  });
}

function groupByClient(
  references: string[],
): { clientId: string; roles: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const reference of references) {
    const [clientId, role] = reference.split('/');
    groups.set(clientId, [...(groups.get(clientId) ?? []), role]);
  }
  return [...groups].map(([clientId, roles]) => ({ clientId, roles }));
}
