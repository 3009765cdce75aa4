import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { RealmExportSource } from './RealmExportSource';
import { KeycloakSource } from './types';

const shop = {
  realm: 'shop',
  roles: { realm: [{ name: 'customer' }] },
  users: [{ username: 'ana', enabled: true, realmRoles: ['customer'] }],
};

/** Resolves when the source's state is the wanted one. */
function becomes(source: KeycloakSource, state: string): Promise<void> {
  return new Promise(resolve => {
    const stop = source.onChange(() => {
      if (source.snapshot().state === state) {
        stop();
        resolve();
      }
    });
  });
}

// A watcher may take its time on a busy machine.
jest.setTimeout(30_000);

describe('RealmExportSource', () => {
  const directory = createMockDirectory();
  let source: RealmExportSource;

  async function start(content: string | undefined) {
    directory.setContent(content === undefined ? {} : { 'shop.json': content });
    const logger = mockServices.logger.mock();
    logger.child.mockReturnValue(logger);
    source = RealmExportSource.create({
      instance: 'main',
      realm: 'shop',
      file: directory.resolve('shop.json'),
      logger,
    });
    await source.start();
  }

  afterEach(() => source.stop());

  it('reads the file and follows it', async () => {
    await start(JSON.stringify(shop));
    expect(source.snapshot()).toMatchObject({ state: 'live', warnings: [] });
    expect((await source.holders({ name: 'customer' }))?.counts.users).toBe(1);

    const broken = becomes(source, 'stale');
    directory.addContent({ 'shop.json': '{\n  "realm": shop\n}' });
    await broken;
    expect(source.snapshot()).toMatchObject({
      state: 'stale',
      message: 'not valid JSON at line 2, column 12',
      warnings: [{ line: 2, file: directory.resolve('shop.json') }],
    });
    // What was read before serves.
    expect((await source.holders({ name: 'customer' }))?.counts.users).toBe(1);

    const repaired = becomes(source, 'live');
    directory.addContent({
      'shop.json': JSON.stringify({ ...shop, users: [] }),
    });
    await repaired;
    expect((await source.holders({ name: 'customer' }))?.counts.users).toBe(0);
  });

  it.each([
    [undefined, 'the file does not exist'],
    ['{"realm":"other"}', 'the file holds realm other, configured is shop'],
    ['[]', 'the document must be an object'],
  ])('explains %s', async (content, message) => {
    await start(content);
    expect(source.snapshot()).toMatchObject({ state: 'unavailable', message });
    expect(await source.clientAccess('orders')).toBeUndefined();
  });

  it('warns of memberships in groups that are not there', async () => {
    await start(
      JSON.stringify({
        ...shop,
        users: [{ username: 'ana', enabled: true, groups: ['/nowhere'] }],
      }),
    );
    expect(source.snapshot().warnings).toMatchObject([
      { message: 'group /nowhere of user ana does not exist' },
    ]);
  });
});
