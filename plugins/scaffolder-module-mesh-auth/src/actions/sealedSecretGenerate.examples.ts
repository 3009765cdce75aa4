import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const action = 'mesh-auth:sealed-secret:generate';

export const examples: TemplateExample[] = [
  {
    description: 'A cookie secret and a client secret',
    example: stringify({
      steps: [
        {
          id: 'secret',
          name: 'Seal the secrets',
          action,
          input: {
            name: 'returns-oidc',
            namespace: 'returns',
            keys: ['client-secret', 'cookie-secret'],
          },
        },
      ],
    }),
  },
];
