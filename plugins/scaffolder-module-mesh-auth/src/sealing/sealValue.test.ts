import { generateKeyPairSync } from 'crypto';
import { sealValue } from './sealValue';
import { unseal } from '../__testUtils__/sealing';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
});

describe('sealValue', () => {
  it('can be opened with the key, for this name and namespace only', () => {
    const value = 'pässword\n'.repeat(200);
    const sealed = sealValue({
      publicKey,
      namespace: 'shop',
      name: 'returns-oidc',
      value,
    });
    expect(Buffer.from(sealed, 'base64').includes(value.slice(0, 8))).toBe(
      false,
    );
    const scope = { namespace: 'shop', name: 'returns-oidc' };
    expect(unseal({ privateKey, ...scope, sealed })).toBe(value);
    expect(() =>
      unseal({ privateKey, ...scope, name: 'orders-oidc', sealed }),
    ).toThrow();
    expect(() =>
      unseal({ privateKey, ...scope, namespace: 'foo', sealed }),
    ).toThrow();
  });

  it('never gives the same text twice', () => {
    const seal = () =>
      sealValue({ publicKey, namespace: 'a', name: 'b', value: 'c' });
    expect(seal()).not.toBe(seal());
  });

  it('notices a changed byte', () => {
    const sealed = Buffer.from(
      sealValue({ publicKey, namespace: 'a', name: 'b', value: 'cde' }),
      'base64',
    );
    sealed[sealed.length - 17] += 1;
    expect(() =>
      unseal({
        privateKey,
        namespace: 'a',
        name: 'b',
        sealed: sealed.toString('base64'),
      }),
    ).toThrow();
  });
});
