import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const action = 'mesh-auth:access:change';

export const examples: TemplateExample[] = [
  {
    description: 'A further role, and a path for it',
    example: stringify({
      steps: [
        {
          id: 'change',
          name: 'Change the access',
          action,
          input: {
            name: 'returns',
            addRoles: [{ name: 'auditor', description: 'Sees reports' }],
            addRules: [
              {
                paths: ['/reports/*'],
                methods: ['GET'],
                access: 'roles',
                roles: ['auditor'],
              },
            ],
          },
        },
      ],
    }),
  },
  {
    description: 'Another workload may call, and a path is closed',
    example: stringify({
      steps: [
        {
          id: 'change',
          name: 'Change the access',
          action,
          input: {
            name: 'returns',
            addCallers: [
              { workload: 'shop/orders', paths: ['/items'], methods: ['GET'] },
            ],
            removeRules: [{ path: '/', methods: ['GET'] }],
          },
        },
      ],
    }),
  },
];
