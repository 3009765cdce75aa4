import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import {
  declarationPatterns,
  declaredAccessTable,
  isHostName,
  renderArgoCdApplication,
  renderDeclaration,
  renderKustomization,
  toManifestYaml,
} from '@mesh-auth/access-model';
import fs from 'fs-extra';
import { ScaffolderConfig } from '../config/readScaffolderConfig';
import { writeNewFiles } from '../files/writeNewFiles';
import { allowedHost, checkHostIsFree } from '../hosts/checkHost';
import { HostLookup } from '../hosts/HostLookup';
import { buildDeclaration } from '../input/buildDeclaration';
import {
  callersField,
  clientIdField,
  clientRolesField,
  namespaceField,
  realmField,
  rulesField,
  serviceNameField,
  targetPathField,
} from '../input/fields';
import { examples } from './istioManifestsGenerate.examples';

const KUSTOMIZATION_FILE = 'kustomization.yaml';
const APPLICATION_FILE = 'argocd/application.yaml';

/**
 * Writes the manifests of a service: its workload, its exposure, and who may call it.
 *
 * @internal
 */
export function createIstioManifestsGenerateAction(options: {
  config: ScaffolderConfig;
  hostLookup: HostLookup;
}) {
  const { config, hostLookup } = options;
  return createTemplateAction({
    id: 'mesh-auth:istio-manifests:generate',
    description:
      "Writes a service's Kubernetes workload, its exposure through a gateway and the Istio policies that say who may call it",
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: serviceNameField,
        namespace: namespaceField,
        ownNamespace: z =>
          z
            .boolean()
            .describe(
              'Whether to write the Namespace too. Default: yes, when the namespace has the name of the service',
            )
            .optional(),
        image: z =>
          z
            .string()
            .describe(
              'Container image. Default: the name of the service in meshAuth.scaffolder.imageRepository',
            )
            .optional(),
        port: z =>
          z
            .number()
            .int()
            .min(1)
            .max(65535)
            .describe('Port of the container. Default: 8080')
            .optional(),
        host: z =>
          z
            .string()
            .regex(new RegExp(declarationPatterns.host))
            .describe(
              'Host under which the service is reached: a DNS name in lower case without port',
            ),
        path: z =>
          z
            .string()
            .startsWith('/')
            .describe(
              'Path on a shared host that belongs to the service. Default: / (the whole host)',
            )
            .optional(),
        gateway: z =>
          z
            .string()
            .describe(
              'Gateway, by its id in the configuration. Default: the first one',
            )
            .optional(),
        loginWall: z =>
          z
            .boolean()
            .describe(
              'Whether browsers are sent to the login page. Default: yes, where the gateway has a login wall',
            )
            .optional(),
        realm: realmField,
        clientId: clientIdField,
        roles: z => clientRolesField(z).optional(),
        rules: rulesField,
        callers: callersField,
        alsoDeliver: z =>
          z
            .array(z.string().regex(/^[a-z0-9][a-z0-9.-]*\.yaml$/))
            .describe(
              'Further files of the folder that later steps write and the kustomization delivers',
            )
            .optional(),
        repositoryUrl: z =>
          z
            .string()
            .url()
            .describe(
              'Address of the repository for Argo CD. Left out: no Application is written',
            )
            .optional(),
        allowUnverified: z =>
          z
            .boolean()
            .describe(
              'Go on when it cannot be verified that the host is free. Default: no',
            )
            .optional(),
        targetPath: targetPathField,
      },
      output: {
        address: z => z.string().describe('Address of the service'),
        namespace: z => z.string().describe('Namespace of the service'),
        labelSelector: z =>
          z
            .string()
            .describe(
              'Value of the annotation backstage.io/kubernetes-label-selector',
            ),
        access: z =>
          z
            .array(
              z.object({
                methods: z.string(),
                path: z.string(),
                who: z.string(),
              }),
            )
            .describe('Who may call what, as a table'),
        loginWall: z =>
          z.boolean().describe('Whether browsers are sent to the login page'),
        hostVerified: z =>
          z.boolean().describe('Whether the host was seen to be free'),
        files: z =>
          z
            .array(z.string())
            .describe('Files written, relative to the workspace'),
      },
    },
    async handler(ctx) {
      const { input } = ctx;
      if (!isHostName(input.host)) {
        throw new InputError(
          `host: "${input.host}" is not a DNS name in lower case without wildcard and port`,
        );
      }
      const path = input.path ?? '/';
      const entry = allowedHost({
        host: input.host,
        path,
        hosts: config.hosts,
      });
      const declaration = buildDeclaration({ input, config, host: entry });
      // Kept over a retry of the task: once the service is published, it is its own route that serves the host.
      const { unverified } = await ctx.checkpoint({
        key: `mesh-auth.host-is-free.${input.host}${path}`,
        fn: async () => {
          const message = await checkHostIsFree({
            host: input.host,
            path,
            entry,
            lookup: hostLookup,
            credentials: await ctx.getInitiatorCredentials(),
            allowUnverified: input.allowUnverified ?? false,
            signal: ctx.signal,
          });
          return { ...(message !== undefined && { unverified: message }) };
        },
      });
      if (unverified !== undefined) {
        ctx.logger.warn(unverified);
      }

      const folder = input.targetPath ?? 'deploy';
      const manifests = renderDeclaration(declaration);
      const resources = new Set([
        ...manifests.map(file => file.path),
        ...(input.alsoDeliver ?? []),
        ...(await manifestsIn(resolveSafeChildPath(ctx.workspacePath, folder))),
      ]);
      const application =
        config.argocd &&
        input.repositoryUrl &&
        renderArgoCdApplication(declaration.service, {
          ...config.argocd,
          repositoryUrl: input.repositoryUrl,
          path: folder,
        });
      const written = await writeNewFiles({
        workspacePath: ctx.workspacePath,
        folder,
        files: [
          ...manifests.map(file => ({
            path: file.path,
            text: toManifestYaml(file.manifest),
          })),
          {
            path: KUSTOMIZATION_FILE,
            text: toManifestYaml(renderKustomization([...resources])),
          },
          ...(application
            ? [{ path: APPLICATION_FILE, text: toManifestYaml(application) }]
            : []),
        ],
      });
      written.forEach(file => ctx.logger.info(`Wrote ${file}`));

      const access = declaredAccessTable(declaration).map(row => ({
        methods: row.methods.join(', ') || 'every method',
        path: row.path,
        who: row.who,
      }));
      access.forEach(row =>
        ctx.logger.info(`${row.methods} ${row.path}: ${row.who}`),
      );
      ctx.output('address', `https://${input.host}${path === '/' ? '' : path}`);
      ctx.output('namespace', declaration.service.namespace);
      ctx.output('labelSelector', `app=${declaration.service.name}`);
      ctx.output('access', access);
      ctx.output('loginWall', declaration.exposure?.loginWall !== undefined);
      ctx.output('hostVerified', unverified === undefined);
      ctx.output('files', written);
    },
  });
}

/** Manifests that other actions wrote before, so that the kustomization delivers them too. */
async function manifestsIn(folder: string): Promise<string[]> {
  if (!(await fs.pathExists(folder))) {
    return [];
  }
  const entries = await fs.readdir(folder, { withFileTypes: true });
  return entries
    .filter(
      entry =>
        entry.isFile() &&
        /\.ya?ml$/.test(entry.name) &&
        entry.name !== KUSTOMIZATION_FILE,
    )
    .map(entry => entry.name);
}
