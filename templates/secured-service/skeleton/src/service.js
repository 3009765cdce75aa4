import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { readCaller } from './caller.js';

/** The gateway leaves the path as it is, so the service sees it with its first part. */
const BASE_PATH = '${{ values.path }}';
const MAXIMUM_BODY = 64 * 1024;

/**
 * A small service that keeps a list of items in memory. It contains no access code: the mesh lets in only what the
 * manifests in deploy/ allow.
 */
export function createService({ basePath = BASE_PATH } = {}) {
  const items = new Map();

  return createServer(async (request, response) => {
    const send = (status, body, type = 'application/json') => {
      response.writeHead(status, { 'content-type': `${type}; charset=utf-8` });
      response.end(type === 'application/json' ? JSON.stringify(body) : body);
    };
    try {
      const { pathname } = new URL(request.url, 'http://localhost');
      // The probes of Kubernetes do not pass the mesh's policies.
      if (pathname === '/healthz') {
        send(200, { status: 'ok' });
        return;
      }
      const path = pathname.startsWith(basePath)
        ? pathname.slice(basePath.length) || '/'
        : undefined;
      const [, collection, id, ...rest] = (path ?? '').split('/');
      const route =
        collection === 'items' && rest.length === 0
          ? `${request.method} /items${id ? '/{id}' : ''}`
          : `${request.method} ${path}`;
      switch (route) {
        case 'GET /':
          send(200, page(readCaller(request.headers)), 'text/html');
          return;
        case 'GET /items':
          send(200, [...items.values()]);
          return;
        case 'POST /items': {
          const item = {
            id: randomUUID(),
            text: await readText(request),
            by: readCaller(request.headers)?.name,
          };
          items.set(item.id, item);
          send(201, item);
          return;
        }
        case 'DELETE /items/{id}':
          send(items.delete(id) ? 200 : 404, { id });
          return;
        default:
          send(404, { error: `No ${request.method} ${pathname}` });
      }
    } catch (error) {
      send(error.status ?? 500, { error: error.message });
    }
  });
}

async function readText(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > MAXIMUM_BODY) {
      throw Object.assign(new Error('The body is too large'), { status: 413 });
    }
  }
  try {
    const { text } = JSON.parse(body);
    if (typeof text === 'string' && text !== '') {
      return text;
    }
  } catch {
    // Said below.
  }
  throw Object.assign(new Error('Expected {"text": "…"}'), { status: 400 });
}

function page(caller) {
  const who = caller
    ? `<p>You are <strong>${escape(caller.name)}</strong>.</p>
<p>Your roles here: ${escape(caller.roles.join(', ') || 'none')}.</p>`
    : '<p>No token came with this request.</p>';
  return `<!doctype html>
<html lang="en">
<title>${{ values.name }}</title>
<h1>${{ values.name }}</h1>
${who}
</html>
`;
}

function escape(text) {
  return text.replace(
    /[&<>"']/g,
    character => `&#${character.codePointAt(0)};`,
  );
}
