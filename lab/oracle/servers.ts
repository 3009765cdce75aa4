import http from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';

/** Header by which a request tells the authoriser what to answer. */
export const ANSWER_HEADER = 'x-oracle-answer';
/** Header by which a request tells the authoriser what to put into Authorization. */
export const TOKEN_HEADER = 'x-oracle-token';

/** A server that is listening. */
export interface RunningServer {
  port: number;
  close(): Promise<void>;
}

async function listen(server: net.Server): Promise<RunningServer> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const open = new Set<net.Socket>();
  server.on('connection', socket => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        open.forEach(socket => socket.destroy());
      }),
  };
}

/** Answers 200 and says in headers that it was reached, and by which request line. */
export function startUpstream(): Promise<RunningServer> {
  return listen(
    http.createServer((request, response) => {
      response.setHeader('x-oracle-reached', '1');
      response.setHeader('x-oracle-path', request.url ?? '');
      response.setHeader('x-oracle-host', request.headers.host ?? '');
      response.setHeader('content-length', '0');
      response.end();
    }),
  );
}

/** Answers what the request asks for; see the headers above. */
export function startAuthoriser(): Promise<RunningServer> {
  return listen(
    http.createServer((request, response) => {
      const status = Number(request.headers[ANSWER_HEADER] ?? 403);
      response.statusCode = status || 200;
      const token = request.headers[TOKEN_HEADER];
      if (token) response.setHeader('authorization', token);
      if (status === 302)
        response.setHeader('location', 'http://login.example.com/');
      response.setHeader('content-length', '0');
      if (status === 0) request.socket.destroy();
      else response.end();
    }),
  );
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer();
      await new Promise<void>(resolve =>
        server.listen(0, '127.0.0.1', resolve),
      );
      return server;
    }),
  );
  const ports = servers.map(server => (server.address() as AddressInfo).port);
  await Promise.all(
    servers.map(server => new Promise(resolve => server.close(resolve))),
  );
  return ports;
}
