import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Commits what the steps before have changed',
    example: stringify({
      steps: [
        {
          id: 'commit',
          name: 'Commit the change',
          action: 'publish:local-git:commit',
          input: {
            name: 'returns',
            baseCommit: '0123456789abcdef0123456789abcdef01234567',
            gitCommitMessage: 'Let orders call',
          },
        },
      ],
    }),
  },
];
