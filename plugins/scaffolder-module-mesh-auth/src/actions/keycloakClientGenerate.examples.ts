import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const action = 'mesh-auth:keycloak-client:generate';

export const examples: TemplateExample[] = [
  {
    description: 'A client with two roles, of which one includes the other',
    example: stringify({
      steps: [
        {
          id: 'client',
          name: 'Write the Keycloak client',
          action,
          input: {
            name: 'returns',
            realm: 'shop',
            description: 'Takes goods back',
            roles: [
              { name: 'reader', description: 'Sees returns' },
              {
                name: 'editor',
                description: 'Accepts returns',
                includes: ['reader'],
              },
            ],
          },
        },
      ],
    }),
  },
  {
    description:
      'A service that calls another with its own token, with a secret sealed for the cluster',
    example: stringify({
      steps: [
        {
          id: 'client',
          name: 'Write the Keycloak client',
          action,
          input: {
            name: 'returns',
            namespace: 'shop',
            realm: 'shop',
            roles: [{ name: 'reader' }],
            serviceAccount: {
              clientRoles: ['inventory/writer'],
              audiences: ['inventory'],
            },
            secret: 'sealed',
          },
        },
      ],
    }),
  },
  {
    description: 'A secret that exists in the cluster, and a folder of its own',
    example: stringify({
      steps: [
        {
          id: 'client',
          name: 'Write the Keycloak client',
          action,
          input: {
            name: 'returns',
            realm: 'shop',
            clientId: 'shop-returns',
            roles: [],
            secret: 'reference',
            secretName: 'returns-credentials',
            secretKey: 'oidc',
            targetPath: 'manifests/base',
          },
        },
      ],
    }),
  },
];
