import { KeyObject } from 'crypto';
import { Manifest } from '@mesh-auth/access-model';
import { sealValue } from './sealValue';

/**
 * A SealedSecret whose Secret has the same name and namespace, and which no other can be made of.
 *
 * @internal
 */
export function createSealedSecret(options: {
  publicKey: KeyObject;
  namespace: string;
  name: string;
  values: Record<string, string>;
}): Manifest {
  const { publicKey, namespace, name, values } = options;
  return {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name, namespace },
    spec: {
      encryptedData: Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
          key,
          sealValue({ publicKey, namespace, name, value }),
        ]),
      ),
      template: { metadata: { name, namespace }, type: 'Opaque' },
    },
  };
}
