import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  AccessDeclaration,
  declaredAccessTable,
  describeAccessChange,
  KeycloakClientDeclaration,
  parseDeclaration,
  parseEdpKeycloakClient,
  patchYaml,
  renderDeclaration,
  renderEdpKeycloakClient,
  validateClientRoles,
  validateDeclaration,
} from '@mesh-auth/access-model';
import fs from 'fs-extra';
import { posix } from 'path';
import { ScaffolderConfig } from '../config/readScaffolderConfig';
import { patchManifestFolder } from '../files/patchManifestFolder';
import {
  ManifestInFolder,
  readManifestFolder,
} from '../files/readManifestFolder';
import { changeMarkdown } from '../input/changeMarkdown';
import { ChangeInput, changeDeclaration } from '../input/changeDeclaration';
import { unknownRoles } from '../input/unknownRoles';
import { readClientRoles, refuseProblems } from '../input/buildDeclaration';
import { checkPlatformWall } from '../input/checkPlatformWall';
import {
  callersField,
  clientRolesField,
  rulesField,
  serviceNameField,
  targetPathField,
} from '../input/fields';
import { examples } from './accessChange.examples';

const ACCESS_KINDS = [
  'VirtualService',
  'HTTPRoute',
  'RequestAuthentication',
  'AuthorizationPolicy',
];

/**
 * Changes who may call an existing service, in the files of its repository.
 *
 * @internal
 */
export function createAccessChangeAction(options: {
  config: ScaffolderConfig;
}) {
  const { config } = options;
  return createTemplateAction({
    id: 'mesh-auth:access:change',
    description:
      "Changes a service's rules, callers and roles in the manifests of its repository, with comments and order kept, and says in words what changes for callers",
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: serviceNameField,
        rules: z =>
          rulesField(z)
            .describe('All rules from now on. Default: those that are there')
            .optional(),
        addRules: z =>
          rulesField(z)
            .describe('Rules to add to those that are there')
            .optional(),
        removeRules: z =>
          z
            .array(
              z.object({
                path: z.string().startsWith('/'),
                methods: z
                  .array(z.string())
                  .describe('None: every method of the path')
                  .optional(),
              }),
            )
            .describe('Paths to close, written as they are declared')
            .optional(),
        addCallers: callersField,
        removeCallers: z =>
          z
            .array(z.string())
            .describe(
              'Workloads that may not call any more, as namespace/serviceAccount',
            )
            .optional(),
        addRoles: z =>
          clientRolesField(z)
            .describe("Roles to add to the service's client")
            .optional(),
        targetPath: targetPathField,
      },
      output: {
        changed: z => z.boolean().describe('Whether any file changed'),
        description: z =>
          z
            .string()
            .describe(
              'What changes for callers, as Markdown for a pull request',
            ),
        becomesPublic: z =>
          z
            .boolean()
            .describe(
              'Whether someone may call without login who could not before',
            ),
        files: z =>
          z
            .array(z.string())
            .describe('Files written, relative to the workspace'),
        removedFiles: z =>
          z
            .array(z.string())
            .describe('Files removed, relative to the workspace'),
      },
    },
    async handler(ctx) {
      const { input, workspacePath } = ctx;
      const folder = input.targetPath ?? 'deploy';
      const files = await readManifestFolder({ workspacePath, folder });
      const before = readDeclaration(files, input.name, folder);
      const client = findClient(files, before.identity.clientId);
      const roles = withRoles(client?.declaration, input, folder);
      const after = changeDeclaration(before, input);
      refuseProblems([
        ...validateDeclaration(after),
        ...(client ? unknownRoles(after, roles) : []),
      ]);
      checkPlatformWall(after, config.gateways);

      const patch = patchManifestFolder({
        folder: files,
        before: accessFiles(before),
        after: accessFiles(after),
      });
      if (client && roles.length !== client.declaration.roles.length) {
        patch.written.push(patchClient(client, roles));
      }
      for (const { path, text } of patch.written) {
        await fs.outputFile(
          resolveSafeChildPath(workspacePath, posix.join(folder, path)),
          text,
        );
      }
      for (const path of patch.removed) {
        await fs.remove(
          resolveSafeChildPath(workspacePath, posix.join(folder, path)),
        );
      }

      const changes = describeAccessChange(before, after);
      changes.forEach(change => ctx.logger.info(change.text));
      const inWorkspace = (path: string) => posix.join(folder, path);
      const written = patch.written.map(file => inWorkspace(file.path));
      const removed = patch.removed.map(inWorkspace);
      written.forEach(file => ctx.logger.info(`Changed ${file}`));
      removed.forEach(file => ctx.logger.info(`Removed ${file}`));
      ctx.output('changed', written.length + removed.length > 0);
      ctx.output(
        'description',
        changeMarkdown({
          changes,
          table: declaredAccessTable(after),
          newRoles: roles.slice(client?.declaration.roles.length ?? 0),
        }),
      );
      ctx.output(
        'becomesPublic',
        changes.some(change => change.becomesPublic),
      );
      ctx.output('files', written);
      ctx.output('removedFiles', removed);
    },
  });
}

/** The objects that say who may call; the workload is not the form's to change. */
function accessFiles(declaration: AccessDeclaration) {
  return renderDeclaration(declaration).filter(file =>
    ACCESS_KINDS.includes(file.manifest.kind),
  );
}

function readDeclaration(
  files: ManifestInFolder[],
  name: string,
  folder: string,
): AccessDeclaration {
  const { declaration, problems } = parseDeclaration(
    files.map(file => file.manifest),
    name,
  );
  if (!declaration) {
    throw new InputError(
      `The manifests in ${folder} cannot be changed by a form, which would lose what it has no word for. ${problems
        .map(({ field, message }) => `${field}: ${message}`)
        .join('. ')}`,
    );
  }
  return declaration;
}

interface ClientInFolder {
  file: ManifestInFolder;
  declaration: KeycloakClientDeclaration;
}

function findClient(
  files: ManifestInFolder[],
  clientId: string,
): ClientInFolder | undefined {
  for (const file of files) {
    const declaration = parseEdpKeycloakClient(file.manifest);
    if (declaration?.clientId === clientId) {
      return { file, declaration };
    }
  }
  return undefined;
}

function withRoles(
  client: KeycloakClientDeclaration | undefined,
  input: ChangeInput,
  folder: string,
): KeycloakClientDeclaration['roles'] {
  const added = readClientRoles(input.addRoles ?? []);
  if (!client && added.length > 0) {
    throw new InputError(
      `addRoles: ${folder} holds no KeycloakClient of this service`,
    );
  }
  const existing = client?.roles ?? [];
  const roles = [
    ...existing,
    ...added.filter(
      role =>
        !existing.some(other => JSON.stringify(other) === JSON.stringify(role)),
    ),
  ];
  refuseProblems(validateClientRoles(roles));
  return roles;
}

function patchClient(
  client: ClientInFolder,
  roles: KeycloakClientDeclaration['roles'],
) {
  const { spec } = renderEdpKeycloakClient({ ...client.declaration, roles });
  const { file } = client;
  return {
    path: file.path,
    text: patchYaml(file.text, {
      ...file.manifest,
      spec: {
        ...(file.manifest.spec as object),
        clientRolesV2: (spec as { clientRolesV2: unknown }).clientRolesV2,
      },
    }),
  };
}
