import { PASSWORD } from './generated';
import { TokenCase } from './realmArbitrary';

export interface HttpAnswer {
  status: number;
  body: any;
}

/** A token response, or why there is none. */
export interface IssuedTokens {
  status: number;
  error?: string;
  access?: Record<string, any>;
  id?: Record<string, any>;
}

function decode(token: string | undefined): Record<string, any> | undefined {
  return token === undefined
    ? undefined
    : JSON.parse(
        Buffer.from(token.split('.')[1], 'base64url').toString('utf8'),
      );
}

/**
 * A running Keycloak whose administrator we are: realms are made and removed,
 * tokens asked for, the truth about roles looked up.
 */
export class KeycloakServer {
  #token: { value: string; until: number } | undefined;

  constructor(
    private readonly options: {
      url: string;
      username: string;
      password: string;
    },
  ) {}

  async importRealm(realm: Record<string, any>): Promise<HttpAnswer> {
    await this.admin('DELETE', `/realms/${realm.realm}`);
    return this.admin('POST', '/realms', realm);
  }

  async removeRealm(name: string): Promise<void> {
    await this.admin('DELETE', `/realms/${name}`);
  }

  async admin(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<HttpAnswer> {
    const response = await fetch(`${this.options.url}/admin${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.#adminToken()}`,
        'content-type': 'application/json',
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text ? parse(text) : undefined };
  }

  /** A real login: a direct grant, or client credentials. */
  async login(
    realm: string,
    { client, user, scope }: TokenCase,
  ): Promise<IssuedTokens> {
    const form = new URLSearchParams({ client_id: client });
    if (client !== 'admin-cli') {
      form.set('client_secret', PASSWORD);
    }
    if (user === undefined) {
      form.set('grant_type', 'client_credentials');
    } else {
      form.set('grant_type', 'password');
      form.set('username', user);
      form.set('password', PASSWORD);
    }
    if (scope !== undefined) {
      form.set('scope', scope);
    }
    const response = await fetch(
      `${this.options.url}/realms/${realm}/protocol/openid-connect/token`,
      { method: 'POST', body: form },
    );
    const body = parse(await response.text());
    return {
      status: response.status,
      error: body?.error && `${body.error}: ${body.error_description ?? ''}`,
      access: decode(body?.access_token),
      id: decode(body?.id_token),
    };
  }

  async #adminToken(): Promise<string> {
    if (this.#token && this.#token.until > Date.now()) {
      return this.#token.value;
    }
    const response = await fetch(
      `${this.options.url}/realms/master/protocol/openid-connect/token`,
      {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'password',
          client_id: 'admin-cli',
          username: this.options.username,
          password: this.options.password,
        }),
      },
    );
    if (!response.ok) {
      throw new Error(`the administrator cannot sign in: ${response.status}`);
    }
    const body = await response.json();
    this.#token = { value: body.access_token, until: Date.now() + 30_000 };
    return body.access_token;
  }
}

function parse(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
