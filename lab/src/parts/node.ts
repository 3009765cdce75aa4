import { repositoryRoot } from '../paths';
import { labScript } from './labScript';
import { Part } from './Part';

/** Runs the workloads of the cluster's Deployments on loopback addresses. @internal */
export const node: Part = {
  name: 'node',
  title: 'Node with the workloads',
  needs: ['istiod', 'world'],
  artifacts: ['istio', 'envoy', 'kubernetes'],
  ports: ['node'],
  processNames: ['node'],
  async processes() {
    return [
      { name: 'node', cwd: repositoryRoot, ...labScript('node/main.ts') },
    ];
  },
  async ready({ ports }) {
    const response = await fetch(`http://127.0.0.1:${ports.node}/`, {
      signal: AbortSignal.timeout(5000),
    });
    const text = await response.text();
    if (response.status !== 200) {
      throw new Error(text);
    }
  },
};
