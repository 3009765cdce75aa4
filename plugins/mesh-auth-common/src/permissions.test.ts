import { meshAuthPermissions } from './permissions';

describe('meshAuthPermissions', () => {
  it('keeps the names and resource types that policies are written against', () => {
    expect(
      meshAuthPermissions.map(permission => [
        permission.name,
        permission.type === 'resource' ? permission.resourceType : 'basic',
      ]),
    ).toEqual([
      ['mesh-auth.exposure.read', 'catalog-entity'],
      ['mesh-auth.access.read', 'catalog-entity'],
      ['mesh-auth.holders.read', 'catalog-entity'],
      ['mesh-auth.fleet.read', 'basic'],
      ['mesh-auth.preview.use', 'basic'],
    ]);
  });
});
