import net from 'net';

/** Resolves when something accepts connections. @internal */
export async function tcpAnswers(port: number, host = '127.0.0.1') {
  await new Promise<void>((resolve, reject) => {
    const socket = net.connect({ port, host, timeout: 2000 });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => socket.destroy(new Error('no answer in 2 s')));
    socket.once('error', reject);
  });
}

/** Resolves when a GET is answered with 200. @internal */
export async function httpAnswers(url: string) {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(3000),
    redirect: 'manual',
  });
  await response.arrayBuffer();
  if (response.status !== 200) {
    throw new Error(`${url} answers ${response.status}`);
  }
}
