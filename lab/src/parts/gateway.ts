import { KubernetesClient } from '../kubernetes/KubernetesClient';
import { adminUrl, proxyProcess } from '../mesh/proxyProcess';
import { labPath } from '../paths';
import { Part } from './Part';
import { httpAnswers, tcpAnswers } from './probes';

/** The labels that the demo world's classic gateways and policies select. */
const LABELS = { app: 'istio-ingressgateway', istio: 'ingressgateway' };

/** Envoy as ingress gateway. @internal */
export const gateway: Part = {
  name: 'gateway',
  title: 'Envoy gateway',
  needs: ['istiod'],
  artifacts: ['istio', 'envoy'],
  ports: ['gateway'],
  processNames: ['gateway'],
  async processes(settings) {
    const { network } = settings;
    return [
      await proxyProcess({
        name: 'gateway',
        type: 'router',
        namespace: 'istio-system',
        workload: 'istio-ingressgateway',
        serviceAccount: 'istio-ingressgateway',
        labels: LABELS,
        // An endpoint with the proxy's own address would lend the proxy its labels.
        address: `${network}.9`,
        folder: labPath('gateway'),
        settings,
        client: KubernetesClient.create(),
      }),
    ];
  },
  async ready({ ports, network }) {
    await httpAnswers(`${adminUrl(`${network}.9`)}/ready`);
    await tcpAnswers(ports.gateway);
  },
};
