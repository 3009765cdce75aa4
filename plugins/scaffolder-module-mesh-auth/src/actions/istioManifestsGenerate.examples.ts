import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const action = 'mesh-auth:istio-manifests:generate';

export const examples: TemplateExample[] = [
  {
    description:
      'A web application behind the login wall, on a host of its own',
    example: stringify({
      steps: [
        {
          id: 'manifests',
          name: 'Write the manifests',
          action,
          input: {
            name: 'returns',
            host: 'returns.example.com',
            realm: 'shop',
            roles: [{ name: 'reader' }, { name: 'editor' }],
            rules: [
              { paths: ['/'], methods: ['GET'], access: 'loggedIn' },
              {
                paths: ['/items/*'],
                methods: ['GET'],
                access: 'roles',
                roles: ['reader'],
              },
              {
                paths: ['/items', '/items/{id}'],
                methods: ['POST', 'DELETE'],
                access: 'roles',
                roles: ['editor', 'realm:admin'],
              },
            ],
          },
        },
      ],
    }),
  },
  {
    description:
      'An interface for programs on a path of a shared host, which another workload may call inside the mesh',
    example: stringify({
      steps: [
        {
          id: 'manifests',
          name: 'Write the manifests',
          action,
          input: {
            name: 'rates',
            namespace: 'shop',
            image: 'registry.example.com/shop/rates:1.2.0',
            port: 3000,
            host: 'shop.example.com',
            path: '/rates',
            gateway: 'shared',
            realm: 'shop',
            rules: [
              {
                paths: ['/*'],
                methods: ['GET'],
                access: 'roles',
                roles: ['realm:customer'],
              },
            ],
            callers: [
              {
                workload: 'shop/payments',
                paths: ['/*'],
                methods: ['GET'],
              },
            ],
            repositoryUrl: 'https://git.example.com/shop/rates.git',
          },
        },
      ],
    }),
  },
  {
    description: 'A host that cannot be checked, because no cluster is watched',
    example: stringify({
      steps: [
        {
          id: 'manifests',
          name: 'Write the manifests',
          action,
          input: {
            name: 'returns',
            host: 'returns.example.com',
            realm: 'shop',
            rules: [{ paths: ['/*'], access: 'loggedIn' }],
            allowUnverified: true,
          },
        },
      ],
    }),
  },
];
