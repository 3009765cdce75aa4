import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const action = 'mesh-auth:argocd-application:generate';

export const examples: TemplateExample[] = [
  {
    description: 'Delivers the folder deploy of a repository',
    example: stringify({
      steps: [
        {
          id: 'application',
          name: 'Write the Application',
          action,
          input: {
            name: 'returns',
            repositoryUrl: 'https://git.example.com/shop/returns.git',
          },
        },
      ],
    }),
  },
];
