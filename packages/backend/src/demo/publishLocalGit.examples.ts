import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import yaml from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Publishes the workspace as a new repository.',
    example: yaml.stringify({
      steps: [
        {
          id: 'publish',
          action: 'publish:local-git',
          name: 'Publish',
          input: {
            name: 'loyalty',
          },
        },
      ],
    }),
  },
  {
    description: 'Publishes one folder of the workspace with its own message.',
    example: yaml.stringify({
      steps: [
        {
          id: 'publish',
          action: 'publish:local-git',
          name: 'Publish',
          input: {
            name: 'loyalty',
            sourcePath: 'service',
            gitCommitMessage: 'Create the loyalty service',
          },
        },
      ],
    }),
  },
];
