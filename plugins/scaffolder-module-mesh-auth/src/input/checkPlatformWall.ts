import { InputError } from '@backstage/errors';
import { AccessDeclaration } from '@mesh-auth/access-model';
import { GatewayConfig } from '../config/readScaffolderConfig';

/**
 * Refuses public paths where the platform's own wall asks for a login, whatever the service's manifests say.
 *
 * @throws InputError naming the field
 *
 * @internal
 */
export function checkPlatformWall(
  declaration: AccessDeclaration,
  gateways: GatewayConfig[],
): void {
  const { exposure } = declaration;
  const wall = gateways.find(
    gateway =>
      gateway.name === exposure?.gateway.name &&
      gateway.namespace === exposure.gateway.namespace,
  )?.loginWall;
  if (!exposure?.loginWall || wall?.coverage !== 'platform') {
    return;
  }
  const isLeftOut = (path: string) =>
    wall.exceptPaths.some(open =>
      open.endsWith('/*') ? path.startsWith(open.slice(0, -1)) : path === open,
    );
  declaration.rules.forEach((rule, index) => {
    const walled = rule.paths.find(path => !isLeftOut(path));
    if (rule.access.kind === 'public' && walled !== undefined) {
      throw new InputError(
        `rules[${index}].paths: the platform's login wall asks for a login at ${walled} on every host, so it cannot be public; paths that it leaves out: ${
          wall.exceptPaths.join(', ') || 'none'
        }`,
      );
    }
  });
}
