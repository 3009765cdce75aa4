/**
 * The service that every workload of the lab runs: answers each request with what it got of it, as JSON.
 *
 * Arguments: name, port on 127.0.0.1. Runs without a build step, so it imports nothing but Node.
 */
import http from 'node:http';

const [name, port] = process.argv.slice(2);

http
  .createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        `${JSON.stringify(
          {
            service: name,
            method: request.method,
            path: request.url,
            headers: request.headers,
          },
          undefined,
          2,
        )}\n`,
      );
    });
  })
  .listen({ host: '127.0.0.1', port: Number(port) });
