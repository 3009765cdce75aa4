import fs from 'fs-extra';
import net from 'net';
import { labPath } from '../paths';
import { ensureSecret, secretFile } from '../secrets';
import { Part } from './Part';

/** The sessions of oauth2-proxy. @internal */
export const redis: Part = {
  name: 'redis',
  title: 'Redis',
  needs: [],
  artifacts: [],
  debianPackages: ['redis-server'],
  ports: ['redis'],
  processNames: ['redis'],
  async processes({ ports }) {
    await fs.ensureDir(labPath('redis'));
    const password = await ensureSecret('redis');
    // A file, because other users can read the arguments of a process.
    await fs.writeFile(
      secretFile('redis.conf'),
      [
        'bind 127.0.0.1',
        `port ${ports.redis}`,
        `dir ${labPath('redis')}`,
        `requirepass ${password}`,
        'appendonly yes',
        '',
      ].join('\n'),
      { mode: 0o600 },
    );
    return [
      {
        name: 'redis',
        command: '/usr/bin/redis-server',
        args: [secretFile('redis.conf')],
      },
    ];
  },
  async ready({ ports }) {
    const answer = await redisCommand({
      port: ports.redis,
      password: await ensureSecret('redis'),
      command: 'PING',
    });
    if (!answer.includes('+PONG')) {
      throw new Error('no PONG yet');
    }
  },
};

/**
 * Sends one inline command to Redis and returns the raw answer.
 *
 * @internal
 */
export async function redisCommand(options: {
  port: number;
  password: string;
  command: string;
}): Promise<string> {
  const { port, password, command } = options;
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', timeout: 3000 });
    let answer = '';
    socket.on('connect', () =>
      socket.write(`AUTH ${password}\r\n${command}\r\nQUIT\r\n`),
    );
    socket.on('data', data => {
      answer += data.toString();
    });
    socket.on('end', () => resolve(answer));
    socket.on('timeout', () => socket.destroy(new Error('no answer in 3 s')));
    socket.on('error', reject);
  });
}
