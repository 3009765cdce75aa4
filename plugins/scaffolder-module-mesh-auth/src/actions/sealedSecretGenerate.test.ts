import { createMockDirectory } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import { createPrivateKey } from 'crypto';
import { generate } from 'selfsigned';
import { parse } from 'yaml';
import { runAction } from '../__testUtils__/runAction';
import { scaffolderConfig } from '../__testUtils__/scaffolderConfig';
import { unseal } from '../__testUtils__/sealing';
import { createSealedSecretGenerateAction } from './sealedSecretGenerate';

describe('mesh-auth:sealed-secret:generate', () => {
  const workspace = createMockDirectory();
  const certificates = createMockDirectory();
  const pems = generate([{ name: 'commonName', value: 'sealed-secrets' }], {
    keySize: 2048,
    days: 1,
  });
  certificates.setContent({ 'tls.crt': pems.cert });

  beforeEach(() => workspace.clear());

  function run(
    overrides: JsonObject = {},
    config: JsonObject = {
      sealedSecrets: { certificateFile: certificates.resolve('tls.crt') },
    },
  ) {
    return runAction({
      action: createSealedSecretGenerateAction({
        config: scaffolderConfig(config),
      }),
      input: {
        name: 'returns-oidc',
        namespace: 'shop',
        keys: ['a', 'b'],
        ...overrides,
      },
      workspacePath: workspace.path,
    });
  }

  it('seals a value of its own for each key and shows none', async () => {
    const { outputs, log, checkpoints } = await run();
    expect(outputs).toEqual({ files: ['deploy/sealed-secret.yaml'] });
    expect(checkpoints).toEqual({});
    const text = (workspace.content() as any).deploy['sealed-secret.yaml'];
    const { encryptedData } = parse(text).spec;
    const values = ['a', 'b'].map(key =>
      unseal({
        privateKey: createPrivateKey(pems.private),
        namespace: 'shop',
        name: 'returns-oidc',
        sealed: encryptedData[key],
      }),
    );
    expect(new Set(values).size).toBe(2);
    for (const value of values) {
      expect(value).toMatch(/^[\w-]{43}$/);
      expect(text + log).not.toContain(value);
    }
  });

  it('keeps what an earlier run sealed', async () => {
    await run();
    const before = workspace.content();
    expect((await run()).outputs).toEqual({ files: [] });
    expect(workspace.content()).toEqual(before);
  });

  it.each<[string, JsonObject, string]>([
    ['another Secret in its place', { name: 'other' }, 'another content'],
    ['a further key', { keys: ['a', 'c'] }, 'another content'],
  ])(
    'does not overwrite the file for %s',
    async (_title, overrides, message) => {
      await run();
      const before = workspace.content();
      await expect(run(overrides)).rejects.toThrow(message);
      expect(workspace.content()).toEqual(before);
    },
  );

  it.each<[string, JsonObject, JsonObject | undefined, string]>([
    ['a name', { name: 'A' }, undefined, 'instance.name'],
    [
      'a file outside',
      { targetFile: '../x.yaml' },
      undefined,
      'instance.targetFile',
    ],
    ['no keys', { keys: [] }, undefined, 'instance.keys'],
    ['no certificate', {}, {}, 'has no certificate'],
  ])(
    'refuses %s and writes nothing',
    async (_title, overrides, config, message) => {
      await expect(run(overrides, config)).rejects.toThrow(message);
      expect(workspace.content()).toEqual({});
    },
  );
});
