import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificates';
import type { RunningServer } from './servers';

const SECRET =
  'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** A length-delimited field of a protobuf message. */
function field(number: number, value: Buffer | string): Buffer {
  const body = Buffer.from(value as string);
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body]);
}

/** The length-delimited fields of a message; enough for what Envoy asks. */
function readFields(message: Buffer): { number: number; value: Buffer }[] {
  const found: { number: number; value: Buffer }[] = [];
  let at = 0;
  const read = (): number => {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = message[at];
      at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  while (at < message.length) {
    const tag = read();
    if (tag % 8 === 2) {
      const length = read();
      found.push({
        number: Math.floor(tag / 8),
        value: message.subarray(at, at + length),
      });
      at += length;
    } else if (tag % 8 === 0) read();
    else if (tag % 8 === 1) at += 8;
    else at += 4;
  }
  return found;
}

function secretOf(name: string, own: Certificate, root: string): Buffer {
  const inline = (text: string) => field(2, text);
  const content =
    name === 'ROOTCA' || name.startsWith('file-root:')
      ? field(4, field(1, inline(root)))
      : field(
          2,
          Buffer.concat([
            field(1, inline(own.certificate)),
            field(2, inline(own.key)),
          ]),
        );
  return Buffer.concat([field(1, name), content]);
}

function answer(names: string[], own: Certificate, root: string): Buffer {
  const resources = names.map(name =>
    field(
      2,
      Buffer.concat([field(1, SECRET), field(2, secretOf(name, own, root))]),
    ),
  );
  const message = Buffer.concat([
    field(1, '1'),
    ...resources,
    field(4, SECRET),
    field(5, '1'),
  ]);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}

/**
 * Hands out one workload's certificate and the root to an Envoy, in the place of Istio's agent: a gRPC server of the secret discovery
 * service, as far as Envoy needs it. Certificates of gateway servers that are named by file come from here as well.
 */
export async function startSecretServer(
  own: Certificate,
  root: string,
): Promise<RunningServer> {
  const server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', session => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => sessions.delete(session));
  });
  server.on('stream', stream => {
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () =>
      stream.sendTrailers({ 'grpc-status': '0' }),
    );
    stream.on('error', () => undefined);
    let pending = Buffer.alloc(0);
    stream.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (
        pending.length >= 5 &&
        pending.length >= 5 + pending.readUInt32BE(1)
      ) {
        const length = pending.readUInt32BE(1);
        const fields = readFields(pending.subarray(5, 5 + length));
        pending = pending.subarray(5 + length);
        // A request that carries a nonce acknowledges what was sent.
        if (fields.some(({ number }) => number === 5)) continue;
        const names = fields
          .filter(({ number }) => number === 3)
          .map(({ value }) => value.toString());
        stream.write(answer(names, own, root));
      }
    });
    stream.on('end', () => stream.end());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        sessions.forEach(session => session.destroy());
        server.close(() => resolve());
      }),
  };
}
