import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const action = 'mesh-auth:catalog-entity:ensure-absent';

export const examples: TemplateExample[] = [
  {
    description: 'Stops when there is a component of that name',
    example: stringify({
      steps: [
        {
          id: 'entity',
          name: 'See that the name is free',
          action,
          input: { entityRef: 'component:default/returns' },
        },
      ],
    }),
  },
];
