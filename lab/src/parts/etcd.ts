import { labPath } from '../paths';
import { Part } from './Part';
import { httpAnswers } from './probes';

/** The store of the Kubernetes API server. @internal */
export const etcd: Part = {
  name: 'etcd',
  title: 'etcd',
  needs: [],
  artifacts: [],
  debianPackages: ['etcd-server'],
  ports: ['etcd', 'etcdPeer'],
  processNames: ['etcd'],
  async processes({ ports }) {
    const client = `http://127.0.0.1:${ports.etcd}`;
    const peer = `http://127.0.0.1:${ports.etcdPeer}`;
    return [
      {
        name: 'etcd',
        command: '/usr/bin/etcd',
        args: [
          '--name=lab',
          `--data-dir=${labPath('etcd')}`,
          `--listen-client-urls=${client}`,
          `--advertise-client-urls=${client}`,
          `--listen-peer-urls=${peer}`,
          `--initial-advertise-peer-urls=${peer}`,
          `--initial-cluster=lab=${peer}`,
          '--log-level=warn',
          '--logger=zap',
        ],
      },
    ];
  },
  async ready({ ports }) {
    await httpAnswers(`http://127.0.0.1:${ports.etcd}/health`);
  },
};
