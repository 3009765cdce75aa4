import fs from 'node:fs';
import path from 'node:path';
import yaml from 'yaml';
import type { MeshObject } from '@mesh-auth/access-model';
import { startProcess, until } from './processes';
import type { RunningProcess } from './processes';
import { freePorts } from './servers';

/** An istiod that serves a folder. */
export interface RunningIstiod {
  grpcPort: number;
  process: RunningProcess;
}

/** Strings that YAML 1.1 would take for something else are quoted by the library's old schema. */
function write(file: string, value: unknown) {
  fs.writeFileSync(
    file,
    yaml.stringify(value, { version: '1.1', aliasDuplicateObjects: false }),
  );
}

async function get(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  return response.ok ? response.text() : '';
}

/**
 * Starts istiod in file mode and waits until it knows the services: it serves before it does, and now and then it never learns them, in which
 * case it is started again.
 */
export async function startIstiod(options: {
  binary: string;
  folder: string;
  objects: MeshObject[];
  meshConfig: Record<string, unknown>;
  /** A host that it must know before it is of use. */
  knows: string;
}): Promise<RunningIstiod> {
  const { binary, folder, objects, meshConfig, knows } = options;
  const config = path.join(folder, 'config');
  fs.mkdirSync(config, { recursive: true });
  objects.forEach((object, index) => {
    const { position, status, data, ...rest } = object;
    write(
      path.join(config, `${String(index).padStart(4, '0')}.yaml`),
      JSON.parse(JSON.stringify(rest)),
    );
  });
  write(path.join(folder, 'mesh.yaml'), {
    ...meshConfig,
    // No agent hands out certificates here, and the statistics filter is only in Istio's own proxy.
    enableAutoMtls: false,
    defaultProviders: {},
  });
  for (let attempt = 1; ; attempt += 1) {
    const [grpcPort, httpPort, monitoringPort] = await freePorts(3);
    const started = startProcess({
      command: binary,
      args: [
        'discovery',
        `--configDir=${config}`,
        '--registries=',
        `--meshConfig=${path.join(folder, 'mesh.yaml')}`,
        `--grpcAddr=127.0.0.1:${grpcPort}`,
        `--httpAddr=127.0.0.1:${httpPort}`,
        '--httpsAddr=',
        '--secureGRPCAddr=',
        `--monitoringAddr=127.0.0.1:${monitoringPort}`,
        '--ctrlz_port=0',
        '--keepaliveMaxServerConnectionAge=24h',
      ],
      env: {
        PILOT_ENABLE_METADATA_EXCHANGE: 'false',
        PILOT_ENABLE_ALPN_FILTER: 'false',
        UNSAFE_ENABLE_ADMIN_ENDPOINTS: 'true',
      },
      cwd: folder,
      name: `istiod-${attempt}`,
    });
    try {
      await until(
        'istiod knows the services',
        async () =>
          (
            await get(`http://127.0.0.1:${httpPort}/debug/registryz`)
          ).includes(knows),
        45_000,
      );
      return { grpcPort, process: started };
    } catch (error) {
      await started.stop();
      if (attempt >= 4) throw error;
    }
  }
}
