import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Gets the files of a service',
    example: stringify({
      steps: [
        {
          id: 'fetch',
          name: 'Fetch the repository',
          action: 'fetch:local-git',
          input: { name: 'returns' },
        },
      ],
    }),
  },
];
