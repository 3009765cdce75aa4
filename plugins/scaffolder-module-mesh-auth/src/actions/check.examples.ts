import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const action = 'mesh-auth:check';

export const examples: TemplateExample[] = [
  {
    description: 'Checks what the steps before have written',
    example: stringify({
      steps: [
        {
          id: 'check',
          name: 'Check the access',
          action,
          input: { name: 'returns' },
        },
      ],
    }),
  },
];
