import fs from 'fs-extra';
import { binaryPath } from '../build/ensureArtifact';
import { labPath } from '../paths';
import { secretFile } from '../secrets';
import { Part } from './Part';
import { httpAnswers } from './probes';

/** The mesh's control plane: configuration and certificates for every proxy. @internal */
export const istiod: Part = {
  name: 'istiod',
  title: 'istiod',
  // The mesh configuration is an object of the world, and the first thing that istiod does with the policies is to fetch
  // Keycloak's public keys.
  needs: ['kubernetes', 'world', 'keycloak'],
  artifacts: ['istio'],
  ports: [
    'istiodXds',
    'istiodSecureXds',
    'istiodHttp',
    'istiodHttps',
    'istiodMonitoring',
  ],
  processNames: ['istiod'],
  async processes({ ports }) {
    await fs.ensureDir(labPath('istiod'));
    return [
      {
        name: 'istiod',
        command: binaryPath('istio', 'pilot-discovery'),
        args: [
          'discovery',
          `--kubeconfig=${secretFile('kubeconfig')}`,
          `--grpcAddr=127.0.0.1:${ports.istiodXds}`,
          `--secureGRPCAddr=127.0.0.1:${ports.istiodSecureXds}`,
          `--httpAddr=127.0.0.1:${ports.istiodHttp}`,
          `--httpsAddr=127.0.0.1:${ports.istiodHttps}`,
          `--monitoringAddr=127.0.0.1:${ports.istiodMonitoring}`,
          '--ctrlz_port=0',
        ],
        cwd: labPath('istiod'),
        environment: {
          POD_NAME: 'istiod-lab',
          POD_NAMESPACE: 'istio-system',
          // Agents connect to this name, so the certificate must hold it.
          ISTIOD_CUSTOM_HOST: 'localhost',
          INJECTION_WEBHOOK_CONFIG_NAME: '',
          VALIDATION_WEBHOOK_CONFIG_NAME: '',
          // A realm that is imported anew has new keys.
          PILOT_JWT_PUB_KEY_REFRESH_INTERVAL: '10s',
          // Both are filters of Istio's own build of Envoy.
          PILOT_ENABLE_METADATA_EXCHANGE: 'false',
          PILOT_ENABLE_ALPN_FILTER: 'false',
          // Would make Deployments of proxies that nothing injects here.
          PILOT_ENABLE_GATEWAY_API_DEPLOYMENT_CONTROLLER: 'false',
        },
      },
    ];
  },
  async ready({ ports }) {
    await httpAnswers(`http://127.0.0.1:${ports.istiodHttp}/ready`);
  },
};
