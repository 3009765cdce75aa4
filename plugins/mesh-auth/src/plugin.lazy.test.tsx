/** What the app loads at its start may not pull in what only an entity page needs. */
const lazyModules = [
  '@backstage/ui',
  '@backstage/core-components',
  '@material-ui/core',
];

describe('the entry of the plugin', () => {
  beforeEach(() => {
    jest.resetModules();
    for (const name of lazyModules) {
      jest.doMock(name, () => {
        throw new Error(`${name} was loaded at the start`);
      });
    }
  });

  it('loads no user interface library', () => {
    // catalog-react itself loads core-components for its other exports.
    jest.doMock('@backstage/plugin-catalog-react/alpha', () => ({
      EntityCardBlueprint: { makeWithOverrides: () => ({}) },
      EntityContentBlueprint: { makeWithOverrides: () => ({}) },
    }));
    jest.doMock('@backstage/frontend-plugin-api', () => ({
      ...jest.requireActual('@backstage/frontend-plugin-api'),
      createFrontendPlugin: (options: unknown) => options,
    }));

    expect(() => require('./plugin')).not.toThrow();
    expect(() => require('./components/AccessCard')).toThrow(
      /was loaded at the start/,
    );
  });
});
