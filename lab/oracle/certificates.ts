import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** A certificate with its key, in PEM. */
export interface Certificate {
  certificate: string;
  key: string;
}

/** A certificate authority of one run, made with openssl. */
export class CertificateAuthority {
  readonly #folder: string;
  readonly root: string;

  constructor(folder: string) {
    this.#folder = folder;
    fs.mkdirSync(folder, { recursive: true });
    this.#openssl(
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /O=oracle -keyout ca.key -out ca.crt',
    );
    this.root = fs.readFileSync(path.join(folder, 'ca.crt'), 'utf8');
  }

  #openssl(line: string) {
    execFileSync('openssl', line.split(' '), {
      cwd: this.#folder,
      stdio: 'pipe',
    });
  }

  /** Issues a workload certificate: the identity is its one subject alternative name. */
  issue(name: string, spiffeId: string): Certificate {
    const file = (suffix: string) => `${name}.${suffix}`;
    fs.writeFileSync(
      path.join(this.#folder, file('ext')),
      `subjectAltName=critical,URI:${spiffeId}\nextendedKeyUsage=serverAuth,clientAuth\nkeyUsage=critical,digitalSignature\n`,
    );
    this.#openssl(
      `req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /O=workload -keyout ${file(
        'key',
      )} -out ${file('csr')}`,
    );
    this.#openssl(
      `x509 -req -in ${file(
        'csr',
      )} -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile ${file(
        'ext',
      )} -out ${file('crt')}`,
    );
    return {
      certificate:
        fs.readFileSync(path.join(this.#folder, file('crt')), 'utf8') +
        this.root,
      key: fs.readFileSync(path.join(this.#folder, file('key')), 'utf8'),
    };
  }
}
