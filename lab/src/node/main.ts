import { AppsV1Api, makeInformer } from '@kubernetes/client-node';
import http from 'http';
import { KubernetesClient } from '../kubernetes/KubernetesClient';
import { readSettings } from '../settings';
import { NodeAgent } from './NodeAgent';

const RETRY = 2000;
/** Changes of one moment are handled together. */
const SETTLE = 200;

async function main() {
  const settings = await readSettings();
  if (!settings) {
    throw new Error('There is no lab yet: `yarn lab up` comes first');
  }
  const client = KubernetesClient.create();
  const agent = await NodeAgent.create({ client, settings });
  const apps = client.config.makeApiClient(AppsV1Api);
  const informer = makeInformer(
    client.config,
    '/apis/apps/v1/deployments',
    () => apps.listDeploymentForAllNamespaces(),
  );

  let timer: NodeJS.Timeout | undefined;
  let work: Promise<void> = Promise.resolve();
  const schedule = (delay = SETTLE) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      work = work
        .then(() => agent.reconcile(informer.list()))
        .catch(error => {
          process.stderr.write(`${(error as Error).message}\n`);
          schedule(RETRY);
        });
    }, delay);
  };
  for (const event of ['add', 'update', 'delete'] as const) {
    informer.on(event, () => schedule());
  }
  const start = (): Promise<unknown> =>
    informer.start().then(
      () => schedule(),
      () => setTimeout(() => start(), RETRY),
    );
  informer.on('error', error => {
    process.stderr.write(`watch: ${(error as Error)?.message}\n`);
    setTimeout(() => start(), RETRY);
  });
  start();

  http
    .createServer(async (request, response) => {
      if (request.url === '/workloads') {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(agent.workloads(), undefined, 2));
        return;
      }
      const reasons = await agent.notReady();
      const ready = reasons && Object.keys(reasons).length === 0;
      response.writeHead(ready ? 200 : 503, {
        'content-type': 'application/json',
      });
      response.end(JSON.stringify(reasons ?? 'starting'));
    })
    .listen({ host: '127.0.0.1', port: settings.ports.node });

  process.once('SIGTERM', async () => {
    await agent.stop();
    process.exit(0);
  });
}

main().catch(error => {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exit(1);
});
