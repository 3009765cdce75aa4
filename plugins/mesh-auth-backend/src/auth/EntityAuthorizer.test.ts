import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { meshAuthFleetReadPermission } from '@mesh-auth/plugin-mesh-auth-common';
import { EntityAuthorizer } from './EntityAuthorizer';

const payments = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'payments', namespace: 'default' },
};
const ref = { kind: 'component', namespace: 'default', name: 'payments' };
const credentials = mockCredentials.user();

function createAuthorizer(denied: string[]) {
  const permissions = mockServices.permissions.mock({
    authorize: async requests =>
      requests.map(({ permission }) => ({
        result: denied.includes(permission.name)
          ? AuthorizeResult.DENY
          : AuthorizeResult.ALLOW,
      })),
  });
  const catalog = catalogServiceMock({ entities: [payments] });
  const getEntityByRef = jest.spyOn(catalog, 'getEntityByRef');
  return {
    permissions,
    getEntityByRef,
    authorizer: new EntityAuthorizer({ catalog, permissions }),
  };
}

describe('EntityAuthorizer', () => {
  it('reads the entity and decides with the credentials of the caller', async () => {
    const { authorizer, permissions, getEntityByRef } = createAuthorizer([]);
    await expect(authorizer.entity({ ref, credentials })).resolves.toEqual({
      entity: payments,
      entityRef: 'component:default/payments',
      mayReadAccess: true,
      mayReadHolders: true,
    });
    expect(getEntityByRef).toHaveBeenCalledWith(ref, { credentials });
    const [requests, options] = permissions.authorize.mock.calls[0];
    expect(options).toEqual({ credentials });
    expect(
      requests.map(request => [
        request.permission.name,
        (request as { resourceRef?: string }).resourceRef,
      ]),
    ).toEqual([
      ['mesh-auth.exposure.read', 'component:default/payments'],
      ['mesh-auth.access.read', 'component:default/payments'],
      ['mesh-auth.holders.read', 'component:default/payments'],
    ]);
  });

  it('says of a hidden entity what it says of none, before any permission', async () => {
    const { authorizer, permissions } = createAuthorizer([]);
    await expect(
      authorizer.entity({ ref: { ...ref, name: 'hidden' }, credentials }),
    ).rejects.toMatchObject({
      name: 'NotFoundError',
      message: 'No entity component:default/hidden',
    });
    expect(permissions.authorize).not.toHaveBeenCalled();
  });

  it.each([
    ['mesh-auth.access.read', false, false],
    ['mesh-auth.holders.read', true, false],
  ])('without %s', async (denied, mayReadAccess, mayReadHolders) => {
    const { authorizer } = createAuthorizer([denied]);
    await expect(
      authorizer.entity({ ref, credentials }),
    ).resolves.toMatchObject({ mayReadAccess, mayReadHolders });
  });

  it('refuses by the name of the permission', async () => {
    const { authorizer } = createAuthorizer([
      'mesh-auth.exposure.read',
      'mesh-auth.fleet.read',
    ]);
    await expect(authorizer.entity({ ref, credentials })).rejects.toMatchObject(
      {
        name: 'NotAllowedError',
        message: 'Missing permission mesh-auth.exposure.read',
      },
    );
    await expect(
      authorizer.require({
        permission: meshAuthFleetReadPermission,
        credentials,
      }),
    ).rejects.toMatchObject({
      name: 'NotAllowedError',
      message: 'Missing permission mesh-auth.fleet.read',
    });
  });
});
