import { AnyObject } from './KubernetesClient';
import { objectsToPrune } from './objectsToPrune';

describe('objectsToPrune', () => {
  const object = (apiVersion: string, name: string): AnyObject => ({
    apiVersion,
    kind: 'VirtualService',
    metadata: { name, namespace: 'shipping' },
  });

  it('takes what has left, whatever version the cluster serves it in', () => {
    const present = [
      object('networking.istio.io/v1', 'kept'),
      object('networking.istio.io/v1', 'gone'),
      object('example.com/v1', 'kept'),
    ];
    expect(
      objectsToPrune(present, [object('networking.istio.io/v1beta1', 'kept')]),
    ).toEqual([present[1], present[2]]);
  });
});
