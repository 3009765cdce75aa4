import crypto from 'crypto';
import fs from 'fs-extra';
import path from 'path';
import { binaryPath } from '../build/ensureArtifact';
import { readObjects } from '../kubernetes/readObjects';
import { labPath, repositoryRoot } from '../paths';
import { ensureSecret, readSecret, writeSecret } from '../secrets';
import { LabSettings } from '../settings';
import {
  rewriteKeycloakAddress,
  rewritePublicAddresses,
} from '../world/rewrite';
import { Part } from './Part';
import { httpAnswers } from './probes';

/** oauth2-proxy with the configuration of the demo world's own manifest. @internal */
export const oauth2Proxy: Part = {
  name: 'oauth2-proxy',
  title: 'oauth2-proxy',
  needs: ['redis', 'keycloak'],
  artifacts: ['oauth2-proxy'],
  ports: ['oauth2Proxy'],
  processNames: ['oauth2-proxy'],
  async processes(settings) {
    const { ports } = settings;
    await fs.ensureDir(labPath('oauth2-proxy'));
    const file = labPath('oauth2-proxy', 'oauth2-proxy.cfg');
    await fs.writeFile(file, await configuration(settings));
    return [
      {
        name: 'oauth2-proxy',
        command: binaryPath('oauth2-proxy', 'oauth2-proxy'),
        args: [`--config=${file}`],
        environment: {
          OAUTH2_PROXY_CLIENT_SECRET: await ensureSecret(
            'keycloak-client-oauth2-proxy',
          ),
          OAUTH2_PROXY_COOKIE_SECRET: await cookieSecret(),
          OAUTH2_PROXY_REDIS_PASSWORD: await ensureSecret('redis'),
          OAUTH2_PROXY_REDIS_CONNECTION_URL: `redis://127.0.0.1:${ports.redis}`,
        },
      },
    ];
  },
  async ready({ ports }) {
    await httpAnswers(`http://127.0.0.1:${ports.oauth2Proxy}/ping`);
  },
};

/** The settings in which plain HTTP on a port of loopback differs from the demo world. */
function labLines({ ports }: LabSettings): Record<string, string> {
  return {
    http_address: `"127.0.0.1:${ports.oauth2Proxy}"`,
    cookie_secure: 'false',
    // A domain without port allows its default port only.
    whitelist_domains: '[".example.com:*"]',
  };
}

async function configuration(settings: LabSettings): Promise<string> {
  const objects = await readObjects(
    path.join(repositoryRoot, 'examples/manifests/oauth2-proxy'),
  );
  const map = objects.find(
    object =>
      object.kind === 'ConfigMap' && object.metadata.name === 'oauth2-proxy',
  );
  const committed = map?.data?.['oauth2-proxy.cfg'] as string | undefined;
  if (!committed) {
    throw new Error(
      'examples/manifests/oauth2-proxy holds no ConfigMap oauth2-proxy with the key oauth2-proxy.cfg',
    );
  }
  return replaceSettings(
    rewritePublicAddresses(
      rewriteKeycloakAddress(committed, settings),
      settings,
    ),
    labLines(settings),
  );
}

/**
 * Replaces whole `name = value` lines, and appends the settings that were not there.
 *
 * @internal
 */
export function replaceSettings(
  text: string,
  settings: Record<string, string>,
): string {
  const kept = text
    .split('\n')
    .filter(line => !(line.split('=')[0].trim() in settings));
  return [
    ...kept,
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
    '',
  ].join('\n');
}

/** The key of the session cookies: 16, 24 or 32 bytes are accepted. @internal */
export async function cookieSecret(): Promise<string> {
  const known = await readSecret('oauth2-proxy-cookie');
  if (known) {
    return known;
  }
  await writeSecret(
    'oauth2-proxy-cookie',
    crypto.randomBytes(32).toString('base64url'),
  );
  return (await readSecret('oauth2-proxy-cookie'))!;
}
