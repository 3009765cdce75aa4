import { InputError } from '@backstage/errors';
import {
  KeycloakClientDeclaration,
  operatorClientProblems,
  renderConfigCliClient,
  renderEdpKeycloakClient,
  renderOperatorKeycloakClient,
  toManifestYaml,
} from '@mesh-auth/access-model';
import { ClientFormat } from '../config/clientFormats';
import { refuseProblems } from '../input/buildDeclaration';
import { NewFile } from './writeNewFiles';

/**
 * The file that holds a client in a format.
 *
 * @remarks A fragment for keycloak-config-cli is no Kubernetes object, so it stands apart from what is delivered.
 *
 * @throws InputError naming each field that the format cannot say
 *
 * @internal
 */
export function renderClient(
  client: KeycloakClientDeclaration,
  format: ClientFormat,
): NewFile {
  switch (format) {
    case 'edp':
      return {
        path: 'keycloak-client.yaml',
        text: toManifestYaml(renderEdpKeycloakClient(client)),
      };
    case 'keycloak-operator':
      refuseProblems(operatorClientProblems(client));
      return {
        path: 'keycloak-client.yaml',
        text: toManifestYaml(renderOperatorKeycloakClient(client)),
      };
    case 'keycloak-config-cli':
      return {
        path: 'keycloak/client.yaml',
        text: toManifestYaml(renderConfigCliClient(client)),
      };
    default:
      throw new InputError(`format: ${format} is not known`);
  }
}
