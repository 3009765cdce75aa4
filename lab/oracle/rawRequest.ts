import net from 'node:net';
import tls from 'node:tls';

/** What came back: status 0 where the connection was refused, reset or closed without an answer. */
export interface RawResponse {
  status: number;
  /** Whether the upstream answered. */
  reached: boolean;
  /** Path that the upstream saw. */
  path?: string;
  /** Start of the body, where the proxy answered. */
  detail?: string;
}

const TIMEOUT = 20_000;

function parse(text: string): RawResponse {
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0);
  const header = (name: string) =>
    new RegExp(`\\r\\n${name}: ?([^\\r\\n]*)`, 'i').exec(text)?.[1];
  const body = text.indexOf('\r\n\r\n');
  return {
    status,
    reached: header('x-oracle-reached') !== undefined,
    path: header('x-oracle-path'),
    detail:
      body < 0 ? undefined : text.slice(body + 4, body + 104) || undefined,
  };
}

/** Sends exactly these bytes on a connection of their own and reads one answer. */
export function sendRaw(options: {
  bytes: string;
  port: number;
  host?: string;
  localAddress?: string;
  tls?: tls.ConnectionOptions;
}): Promise<RawResponse> {
  const { bytes, port, host = '127.0.0.1', localAddress } = options;
  return new Promise(resolve => {
    let text = '';
    let done = false;
    const socket = options.tls
      ? tls.connect({
          ...options.tls,
          host,
          port,
          localAddress,
        } as tls.ConnectionOptions)
      : net.connect({ host, port, localAddress });
    const finish = () => {
      if (done) return;
      done = true;
      socket.destroy();
      resolve(parse(text));
    };
    socket.setTimeout(TIMEOUT, finish);
    socket.on(options.tls ? 'secureConnect' : 'connect', () =>
      socket.write(bytes, 'latin1'),
    );
    socket.on('data', data => {
      text += data.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      if (head < 0) return;
      // An answer to HEAD has the length of a body that does not come; 204 and 304 have none.
      const bodiless =
        bytes.startsWith('HEAD ') || /^HTTP\/1\.1 [23]04 /.test(text);
      const length = bodiless
        ? 0
        : Number(/\r\ncontent-length: ?(\d+)/i.exec(text)?.[1] ?? NaN);
      if (text.length >= head + 4 + length) finish();
    });
    socket.on('end', finish);
    socket.on('close', finish);
    socket.on('error', finish);
  });
}
