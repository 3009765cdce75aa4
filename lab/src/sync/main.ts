import http from 'http';
import { KubernetesClient } from '../kubernetes/KubernetesClient';
import { repositoriesFolder } from '../paths';
import { readSettings } from '../settings';
import { RepositorySync } from './RepositorySync';

const EVERY = 1000;

async function main() {
  const settings = await readSettings();
  if (!settings) {
    throw new Error('There is no lab yet: `yarn lab up` comes first');
  }
  const sync = await RepositorySync.create({
    client: KubernetesClient.create(),
    folder: repositoriesFolder(),
    settings,
  });
  http
    .createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(Object.fromEntries(sync.states), undefined, 2),
      );
    })
    .listen({ host: '127.0.0.1', port: settings.ports.sync });
  for (;;) {
    await sync
      .run()
      .catch(error => process.stderr.write(`${(error as Error).message}\n`));
    await new Promise(resolve => setTimeout(resolve, EVERY));
  }
}

main().catch(error => {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exit(1);
});
