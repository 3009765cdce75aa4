import fs from 'node:fs';
import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import {
  DeferredEntity,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import { commitFiles } from './__testUtils__/commitFiles';
import { eventually } from './__testUtils__/eventually';
import { LocalRepositoryEntityProvider } from './LocalRepositoryEntityProvider';

function component(name: string, description = 'first'): string {
  return `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${name}
  description: ${description}
spec: { type: service, owner: team-orders, lifecycle: experimental }
`;
}

describe('LocalRepositoryEntityProvider', () => {
  const directory = createMockDirectory();
  const logger = mockServices.logger.mock();
  const applyMutation = jest.fn();
  const connection: EntityProviderConnection = {
    applyMutation,
    refresh: jest.fn(),
  };
  let provider: LocalRepositoryEntityProvider;

  beforeEach(async () => {
    jest.clearAllMocks();
    directory.clear();
    provider = LocalRepositoryEntityProvider.create({
      directory: directory.resolve('repositories'),
      logger,
    });
  });

  afterEach(() => provider.close());

  function commit(name: string, files: Record<string, string>) {
    return commitFiles(directory.resolve('repositories', name), files);
  }

  function provided(): DeferredEntity[] {
    const [mutation] = applyMutation.mock.lastCall ?? [];
    expect(mutation?.type).toBe('full');
    return mutation.entities;
  }

  function providedNames(): string[] {
    return provided().map(({ entity }) => entity.metadata.name);
  }

  it('provides what HEAD holds, with the file as location, and leaves folders without a commit out', async () => {
    await commit('loyalty', {
      'catalog-info.yaml': `${component('loyalty')}---\n${component(
        'loyalty-worker',
      )}`,
    });
    await commit('no-catalog-file', { 'README.md': 'nothing' });
    directory.addContent({
      'repositories/plain/catalog-info.yaml': component('plain'),
    });

    await provider.connect(connection);

    expect(providedNames()).toEqual(['loyalty', 'loyalty-worker']);
    const location = `file:${directory.resolve(
      'repositories/loyalty/catalog-info.yaml',
    )}`;
    expect(provided()[0]).toMatchObject({
      locationKey: 'local-repository:loyalty',
      entity: {
        metadata: {
          annotations: {
            'backstage.io/managed-by-location': location,
            'backstage.io/managed-by-origin-location': location,
          },
        },
      },
    });
  });

  it('makes the folder where it is missing', async () => {
    await provider.connect(connection);
    expect(fs.existsSync(directory.resolve('repositories'))).toBe(true);
    expect(provided()).toEqual([]);
  });

  it('follows new repositories, commits and removals', async () => {
    await provider.connect(connection);

    await commit('a', { 'catalog-info.yaml': component('a') });
    await eventually(() => expect(providedNames()).toEqual(['a']));

    // Built elsewhere and renamed, as the scaffolder does it.
    await commit('b', { 'catalog-info.yaml': component('b') });
    await fs.promises.rename(
      directory.resolve('repositories/b'),
      directory.resolve('outside'),
    );
    await eventually(() => expect(providedNames()).toEqual(['a']));
    await fs.promises.rename(
      directory.resolve('outside'),
      directory.resolve('repositories/b'),
    );
    await eventually(() => expect(providedNames()).toEqual(['a', 'b']));

    await commit('a', { 'catalog-info.yaml': component('a', 'second') });
    await eventually(() =>
      expect(provided()[0].entity.metadata.description).toBe('second'),
    );

    await fs.promises.rm(directory.resolve('repositories/a'), {
      recursive: true,
    });
    await eventually(() => expect(providedNames()).toEqual(['b']));
  });

  it('shows committed state only', async () => {
    await commit('a', { 'catalog-info.yaml': component('a') });
    await provider.connect(connection);

    await fs.promises.writeFile(
      directory.resolve('repositories/a/catalog-info.yaml'),
      component('a', 'not committed'),
    );
    await commit('z', { 'catalog-info.yaml': component('z') });
    await eventually(() => expect(providedNames()).toEqual(['a', 'z']));

    expect(provided()[0].entity.metadata.description).toBe('first');
  });

  it('names a broken file, keeps what its repository had, and leaves the others', async () => {
    await commit('a', { 'catalog-info.yaml': component('a') });
    await commit('b', { 'catalog-info.yaml': component('b') });
    await commit('new', { 'catalog-info.yaml': 'kind: [Component' });
    await provider.connect(connection);
    expect(providedNames()).toEqual(['a', 'b']);
    const file = (name: string) =>
      directory.resolve('repositories', name, 'catalog-info.yaml');
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining(`Cannot use ${file('new')} of commit `),
    );

    await commit('a', { 'catalog-info.yaml': 'kind: Component\n' });
    await commit('b', { 'catalog-info.yaml': component('b', 'second') });
    await eventually(() =>
      expect(provided()[1]?.entity.metadata.description).toBe('second'),
    );

    expect(providedNames()).toEqual(['a', 'b']);
    expect(logger.warn).toHaveBeenCalledTimes(2);
    expect(logger.warn).toHaveBeenLastCalledWith(
      expect.stringContaining(`Cannot use ${file('a')} of commit `),
    );
  });

  it('lets the first repository keep an entity that two describe', async () => {
    await commit('one', { 'catalog-info.yaml': component('same', 'of one') });
    await commit('two', { 'catalog-info.yaml': component('same', 'of two') });
    await provider.connect(connection);

    expect(provided().map(e => e.entity.metadata.description)).toEqual([
      'of one',
    ]);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('component:default/same'),
    );
  });

  it('provides again after the catalog could not take the entities', async () => {
    await commit('a', { 'catalog-info.yaml': component('a') });
    applyMutation.mockRejectedValueOnce(new Error('database is locked'));
    await provider.connect(connection);
    expect(logger.error).toHaveBeenCalledWith(
      expect.stringContaining('database is locked'),
    );

    await commit('no-catalog-file', { 'README.md': 'any change' });
    await eventually(() => expect(applyMutation).toHaveBeenCalledTimes(2));
    expect(providedNames()).toEqual(['a']);
  });
});
