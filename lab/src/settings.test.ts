import net from 'net';
import {
  chooseFreePort,
  isFree,
  labEnvironment,
  parseEnvFile,
  portNames,
  portVariable,
} from './settings';

describe('settings', () => {
  it('name a variable for each port, and say nothing secret', () => {
    const ports = Object.fromEntries(
      portNames.map((name, index) => [name, 20_000 + index]),
    ) as Record<(typeof portNames)[number], number>;
    const environment = labEnvironment({ ports, network: '127.31.7' });
    expect(portVariable('istiodSecureXds')).toBe('LAB_ISTIOD_SECURE_XDS_PORT');
    for (const name of portNames) {
      expect(environment[portVariable(name)]).toBe(String(ports[name]));
    }
    expect(environment.LAB_ISSUER).toBe(
      `http://sso.example.com:${ports.gateway}/auth/realms/shop`,
    );
    const secrets = Object.keys(environment).filter(
      key => /PASSWORD|SECRET|TOKEN/.test(key) && !key.endsWith('_PORT'),
    );
    expect(secrets.length).toBeGreaterThan(4);
    for (const key of secrets) {
      expect(key).toMatch(/_FILE$/);
      expect(environment[key]).toMatch(/^\//);
    }
  });

  it('reads back what an env file holds', () => {
    expect(parseEnvFile('# A=1\nB=2\n\nC=a=b\n')).toEqual({ B: '2', C: 'a=b' });
  });

  it('chooses ports that nobody holds', async () => {
    const port = await chooseFreePort(new Set());
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(30_000);
    const server = net.createServer().listen(port, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    expect(await isFree(port, '127.0.0.1')).toBe(false);
    await new Promise(resolve => server.close(resolve));
    expect(await isFree(port, '127.0.0.1')).toBe(true);
  });
});
