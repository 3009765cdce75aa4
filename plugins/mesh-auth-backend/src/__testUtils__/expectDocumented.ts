import assert from 'node:assert';
import Ajv2020 from 'ajv/dist/2020';
import { spec } from '../schema/openapi';

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(spec, 'openapi');

function pointer(...segments: string[]): string {
  return segments
    .map(segment => segment.replace(/~/g, '~0').replace(/\//g, '~1'))
    .map(encodeURIComponent)
    .join('/');
}

/** The path of the OpenAPI file that a request's path fits. */
function templateOf(path: string): string {
  const [pathname] = path.split('?');
  const found = Object.keys(spec.paths).find(template =>
    new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(pathname),
  );
  if (!found) {
    throw new Error(`The OpenAPI file has no path for ${pathname}`);
  }
  return found;
}

function resolve(node: any): any {
  if (node?.$ref) {
    return node.$ref
      .slice('#/'.length)
      .split('/')
      .reduce((at: any, key: string) => at[key], spec);
  }
  return node;
}

/**
 * Demands that an answer is one that the OpenAPI file describes: its status, and its body against the schema of that status.
 *
 * @remarks
 * `wrapServer` of backend-openapi-utils does the same by way of a proxy, which needs a DNS server that knows localhost.
 */
export function expectDocumented(options: {
  method?: 'get' | 'post';
  /** Path below the plugin's base, with its query. */
  path: string;
  response: { status: number; body: unknown; text?: string };
}): void {
  const { method = 'get', path, response } = options;
  const template = templateOf(path);
  const operation = (spec.paths as any)[template][method];
  const documented = operation.responses[response.status]
    ? String(response.status)
    : 'default';
  const answer = resolve(operation.responses[documented]);
  if (!answer?.content) {
    assert.equal(
      response.text ?? '',
      '',
      `${path} answers a body that is not documented`,
    );
    return;
  }
  const at = operation.responses[documented].$ref
    ? pointer(
        ...operation.responses[documented].$ref.slice('#/'.length).split('/'),
      )
    : pointer('paths', template, method, 'responses', documented);
  const validate = ajv.compile({
    $ref: `openapi#/${at}/${pointer('content', 'application/json', 'schema')}`,
  });
  validate(response.body);
  assert.deepEqual(
    validate.errors ?? [],
    [],
    `${path} answers ${response.status} in another form than documented`,
  );
}
