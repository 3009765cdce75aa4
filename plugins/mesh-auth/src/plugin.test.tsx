import { Entity } from '@backstage/catalog-model';
import { fetchApiRef } from '@backstage/frontend-plugin-api';
import { mockApis, renderTestApp } from '@backstage/frontend-test-utils';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { EntityCardBlueprint } from '@backstage/plugin-catalog-react/alpha';
import {
  catalogApiMock,
  createTestEntityPage,
} from '@backstage/plugin-catalog-react/testUtils';
import { signalApiRef } from '@backstage/plugin-signals-react';
import {
  EntityAccess,
  SNAPSHOT_SIGNAL_CHANNEL,
} from '@mesh-auth/plugin-mesh-auth-common';
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FixtureMeshAuthApi } from '../dev/FixtureMeshAuthApi';
import { payments } from '../dev/fixtures/payments';
import { accessByName } from '../dev/fixtures/states';
import { MeshAuthApi, meshAuthApiRef } from './api';
import { meshAuthPlugin } from './plugin';

// Whole pages are rendered here, and a busy machine takes its time.
jest.setTimeout(60_000);

const copyToClipboard = jest.fn();
jest.mock('react-use/esm/useCopyToClipboard', () => ({
  __esModule: true,
  default: () => [{}, copyToClipboard],
}));

const CARD = 'entity-card:mesh-auth/access';
const TAB = 'entity-content:mesh-auth/access';

function component(name: string, changes: Partial<Entity> = {}): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, namespace: 'default' },
    spec: { type: 'service' },
    ...changes,
  };
}

const sentinel = EntityCardBlueprint.make({
  name: 'sentinel',
  params: { loader: async () => <p>another card</p> },
});

/** The text of a cell without the label that stands in for its column on a phone. */
function textOf(cell: HTMLElement): string | undefined {
  const label = cell.querySelector('[aria-hidden]:not(svg)')?.textContent ?? '';
  return cell.textContent?.slice(label.length);
}

/** Renders the card on a page of the entity. */
function renderCard(options: {
  entity: Entity;
  api?: MeshAuthApi;
  config?: Record<string, number>;
  apis?: [any, any][];
}) {
  const { entity, api = new FixtureMeshAuthApi(), config, apis = [] } = options;
  return renderTestApp({
    features: [meshAuthPlugin],
    extensions: [createTestEntityPage({ entity }), sentinel],
    apis: [[meshAuthApiRef, api] as const, ...apis] as any,
    config: {
      app: {
        extensions: [
          { [TAB]: false },
          ...(config ? [{ [CARD]: { config } }] : []),
        ],
      },
    },
  });
}

/** Opens a part of the tab on the catalog's own entity page. */
function renderTab(options: {
  entity: Entity;
  section?: string;
  api?: MeshAuthApi;
}) {
  const { entity, section = '', api = new FixtureMeshAuthApi() } = options;
  return renderTestApp({
    features: [catalogPlugin, meshAuthPlugin],
    apis: [
      [meshAuthApiRef, api] as const,
      catalogApiMock({ entities: [entity] }),
    ],
    initialRouteEntries: [
      `/catalog/default/component/${entity.metadata.name}/access${section}`,
    ],
  });
}

function answering(...answers: (EntityAccess | Error)[]): MeshAuthApi {
  let next = 0;
  const fixtures = new FixtureMeshAuthApi();
  return {
    getEntityAccess: async () => {
      const answer = answers[Math.min(next, answers.length - 1)];
      next += 1;
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
    explainRequest: fixtures.explainRequest,
    getWhoCan: fixtures.getWhoCan,
    getSources: fixtures.getSources,
  };
}

describe('the access card', () => {
  it('says where a service is reachable, who may call it, and what is wrong', async () => {
    renderCard({ entity: component('payments') });

    const address = await screen.findByRole('link', {
      name: 'opens https://shop.example.com/payments in a new tab',
    });
    expect(address).toHaveAttribute(
      'href',
      'https://shop.example.com/payments',
    );
    expect(address).toHaveAttribute('rel', 'noopener noreferrer');
    expect(
      screen.getByRole('img', { name: 'encrypted (SIMPLE)' }),
    ).toBeInTheDocument();
    expect(screen.getByText('Login wall oauth2-proxy')).toBeInTheDocument();

    const rows = within(
      screen.getByRole('list', {
        name: 'Who may call https://shop.example.com/payments',
      }),
    ).getAllByRole('listitem');
    expect(rows.map(row => row.textContent)).toEqual([
      'POST/paymentscustomer41 people · 1 service',
      'GET/payments/{*}customer41 people · 1 serviceadmin3 people',
      'GET/actuator/healthanyone in the mesh',
      'everything elsenobody',
    ]);

    expect(
      screen.getByText('JWT of realm shop, audience payments · mTLS STRICT'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/roles reader ⊂ admin · secret 34 days old/),
    ).toBeInTheDocument();
    const findings = within(screen.getByRole('list', { name: 'Findings' }));
    expect(findings.getByText('High')).toBeInTheDocument();
    expect(findings.getByText('MA0012')).toBeInTheDocument();
    expect(screen.getByText(/^live · \d+ s old$/)).toBeInTheDocument();
    // The listener that only redirects is not an address of its own here.
    expect(screen.queryByText(/^http:/)).not.toBeInTheDocument();
  });

  it('counts what it does not show', async () => {
    renderCard({
      entity: component('busy'),
      config: { maxAddresses: 2, maxPaths: 3 },
    });

    expect(await screen.findByText('3 more addresses')).toBeInTheDocument();
    expect(screen.getAllByText('4 more paths')).toHaveLength(2);
    expect(screen.getByText('2 more findings')).toBeInTheDocument();
    expect(screen.getByText('Finding of severity high')).toBeInTheDocument();
    expect(
      screen.queryByText('Finding of severity low'),
    ).not.toBeInTheDocument();
    expect(screen.getByText('No login wall')).toBeInTheDocument();
    expect(screen.getAllByText('anyone')).toHaveLength(2);
  });

  it('names the annotations that are missing, as YAML to copy', async () => {
    renderCard({ entity: component('unconnected') });

    expect(await screen.findByText('Not connected yet')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Copy' }));
    expect(copyToClipboard).toHaveBeenCalledWith(
      [
        'metadata:',
        '  annotations:',
        '    backstage.io/kubernetes-namespace: shop',
        '    backstage.io/kubernetes-label-selector: app=unconnected',
        '    mesh-auth.io/keycloak-client: main/shop/unconnected',
      ].join('\n'),
    );
    expect(screen.getByRole('button', { name: 'Copied' })).toBeInTheDocument();
  });

  it('keeps the mesh part when Keycloak is down and says which number is unknown', async () => {
    renderCard({ entity: component('keycloak-down') });

    expect(
      await screen.findByText('Realm shop is unavailable'),
    ).toBeInTheDocument();
    expect(
      screen.getByText('connection refused; next attempt in 30 s'),
    ).toBeInTheDocument();
    expect(screen.getAllByText('number unknown')).toHaveLength(3);
    expect(
      screen.getByText(/unknown, the realm cannot be read/),
    ).toBeInTheDocument();
    expect(screen.getByText('anyone in the mesh')).toBeInTheDocument();
    expect(screen.getByText(/^partial · /)).toBeInTheDocument();
  });

  it('does not claim that nothing is reachable when the cluster cannot be read', async () => {
    renderCard({ entity: component('cluster-down') });

    expect(
      await screen.findByText('Where it is reachable is not known.'),
    ).toBeInTheDocument();
    expect(screen.getByText('not known')).toBeInTheDocument();
    expect(screen.queryByText(/No route/)).not.toBeInTheDocument();
    expect(screen.getByText('certificate has expired')).toBeInTheDocument();
  });

  it('says since when a source is stale', async () => {
    renderCard({ entity: component('stale') });

    expect(
      await screen.findByText('Cluster demo is stale'),
    ).toBeInTheDocument();
    expect(screen.getByText(/^stale · since /)).toBeInTheDocument();
  });

  it('shows an unknown input as unknown, with its name', async () => {
    renderCard({ entity: component('unknown-input') });

    expect(await screen.findAllByText('unknown')).toHaveLength(4);
    expect(
      screen.getAllByText('not known: answer of the provider opa-ext-authz'),
    ).toHaveLength(4);
    expect(screen.queryByText('allow')).not.toBeInTheDocument();
  });

  it('says what the reader has no permission for', async () => {
    const { unmount } = renderCard({
      entity: component('access-hidden'),
    });
    expect(
      await screen.findByText(/Who may call is not shown/),
    ).toBeInTheDocument();
    expect(screen.queryByText('No token is asked')).not.toBeInTheDocument();
    unmount();

    renderCard({ entity: component('holders-hidden') });
    expect(await screen.findAllByText('number hidden')).toHaveLength(3);
  });

  it('names what does not exist and shows the rest', async () => {
    renderCard({ entity: component('misnamed') });

    expect(
      await screen.findByText('The namespace shpo exists in no source.'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/does not exist in realm shop/),
    ).toBeInTheDocument();
    expect(screen.getByText('No workload found')).toBeInTheDocument();
  });

  it.each([
    ['denied', 'You may not see the access of this entity', /exposure\.read/],
    [
      'failing',
      'The access of this entity could not be read',
      /The snapshot could not be built/,
    ],
    ['offline', 'The backend does not answer', /Failed to fetch/],
  ])('says what failed when it is %s', async (name, title, detail) => {
    renderCard({ entity: component(name) });

    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent(title);
    expect(alert).toHaveTextContent(detail);
  });

  it('tries again after a failure', async () => {
    renderCard({
      entity: component('payments'),
      api: answering(new Error('boom'), payments),
    });

    await userEvent.click(
      await screen.findByRole('button', { name: 'Try again' }),
    );
    expect(
      await screen.findByText('Login wall oauth2-proxy'),
    ).toBeInTheDocument();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('holds its place while the first answer is awaited', async () => {
    renderCard({ entity: component('loading') });

    expect(
      await screen.findByText('Reading the access of this entity'),
    ).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: 'Access' })).toBeVisible();
  });

  it('reads again when the backend signals a snapshot, and keeps the old answer when that fails', async () => {
    const listeners = new Map<string, (message: {}) => void>();
    renderCard({
      entity: component('payments'),
      api: answering(accessByName.internal, payments, new Error('boom')),
      apis: [
        [
          signalApiRef,
          {
            subscribe: (channel: string, listener: (message: {}) => void) => {
              listeners.set(channel, listener);
              return { unsubscribe: () => listeners.delete(channel) };
            },
          },
        ],
      ],
    });
    expect(
      await screen.findByText('No route of a gateway reaches this entity.'),
    ).toBeInTheDocument();

    act(() => listeners.get(SNAPSHOT_SIGNAL_CHANNEL)?.({ version: '8' }));
    expect(
      await screen.findByText('Login wall oauth2-proxy'),
    ).toBeInTheDocument();

    act(() => listeners.get(SNAPSHOT_SIGNAL_CHANNEL)?.({ version: '9' }));
    expect(await screen.findByText(/^stale · /)).toBeInTheDocument();
    expect(screen.getByText('Login wall oauth2-proxy')).toBeInTheDocument();
  });

  it.each([
    ['a library', component('payments', { spec: { type: 'library' } })],
    ['a group', component('payments', { kind: 'Group', spec: {} })],
  ])('stays away from %s', async (_, entity) => {
    renderCard({ entity });

    expect(await screen.findByText('another card')).toBeInTheDocument();
    expect(
      screen.queryByRole('heading', { name: 'Access' }),
    ).not.toBeInTheDocument();
  });

  it('stands on a resource that names a Keycloak client', async () => {
    renderCard({
      entity: component('payments', {
        kind: 'Resource',
        metadata: {
          name: 'payments',
          annotations: { 'mesh-auth.io/keycloak-client': 'shop/payments' },
        },
      }),
    });

    expect(
      await screen.findByRole('heading', { name: 'Access' }),
    ).toBeInTheDocument();
  });
});

describe('the access tab', () => {
  it('answers for every standing caller, with what decided', async () => {
    renderTab({ entity: component('payments') });

    const table = await screen.findByRole('table', {
      name: 'Who may call https://shop.example.com/payments, by method and path',
    });
    expect(
      within(table)
        .getAllByRole('columnheader')
        .map(header => header.textContent),
    ).toEqual([
      'Request',
      'Who may call',
      'Anonymous',
      'Logged in',
      'Token, no role',
      'Mesh workload',
      'Plaintext pod',
    ]);
    const health = within(table).getByRole('row', {
      name: /^GET \/actuator\/health/,
    });
    expect(within(health).getAllByRole('cell').map(textOf)).toEqual([
      'anyone in the meshcluster.local/ns/*',
      'to login302login-wall #0',
      'deny403no-actuator-from-outside #0',
      'to login302login-wall #0',
      'allow200payments #2',
      'denydefault',
    ]);
    // The listener that redirects is here, where there is room for it.
    expect(screen.getByText('Redirects to')).toBeInTheDocument();
  });

  it.each([
    ['denied', 'You may not see the access of this entity'],
    ['failing', 'The access of this entity could not be read'],
  ])('says what failed when it is %s', async (name, title) => {
    renderTab({ entity: component(name) });
    expect(await screen.findByRole('alert')).toHaveTextContent(title);
  });

  it('puts the policies in the order in which the proxies apply them', async () => {
    renderTab({
      entity: component('payments'),
      section: '/policies',
      api: answering({
        ...payments,
        policies: [...payments.policies].reverse(),
      }),
    });

    expect(await screen.findByText('At the gateway')).toBeInTheDocument();
    expect(
      within(screen.getByRole('tabpanel'))
        .getAllByRole('listitem')
        .map(item => item.querySelector('span')?.textContent),
    ).toEqual(['Login', 'mTLS', 'Token', 'Deny', 'Allow']);
    expect(
      screen.getByText('Allows POST /payments with the realm role customer.'),
    ).toBeInTheDocument();
    expect(
      screen.getByText('istio-system/login-wall.yaml, line 1'),
    ).toBeInTheDocument();
  });

  it('shows what each role contains, who holds it and what it opens', async () => {
    renderTab({
      entity: component('payments'),
      section: '/roles',
    });

    const own = await screen.findByRole('table', {
      name: 'Roles of the client payments',
    });
    expect(
      within(within(own).getByRole('row', { name: /^admin/ }))
        .getAllByRole('cell')
        .map(textOf),
    ).toEqual(['reader', '3 peoplethrough 1 group', 'GET /payments/{*}']);

    const others = screen.getByRole('table', {
      name: 'Realm roles that open something here',
    });
    expect(
      within(others).getByRole('row', { name: /^customer/ }),
    ).toHaveTextContent(/POST \/paymentsGET \/payments\/\{\*\}/);
  });

  it('explains a request: the decision, its stations, what it misses, who can send it', async () => {
    const api = new FixtureMeshAuthApi();
    const explain = jest.spyOn(api, 'explainRequest');
    const whoCan = jest.spyOn(api, 'getWhoCan');
    renderTab({ entity: component('payments'), section: '/try', api });

    const address = await screen.findByLabelText(/^Address/);
    expect(address).toHaveValue('https://shop.example.com/payments');
    await userEvent.click(screen.getByRole('button', { name: /Caller/ }));
    await userEvent.click(screen.getByRole('option', { name: 'logged in' }));
    await userEvent.click(
      screen.getByRole('button', { name: 'What happens?' }),
    );

    expect(
      await screen.findByRole('heading', { name: 'deny 403' }),
    ).toBeInTheDocument();
    expect(
      screen.getByText(
        'needs claim realm_access.roles "customer"; the request has default-roles-shop',
      ),
    ).toBeInTheDocument();
    expect(explain).toHaveBeenLastCalledWith(
      { kind: 'Component', namespace: 'default', name: 'payments' },
      {
        method: 'POST',
        url: 'https://shop.example.com/payments',
        caller: { kind: 'loggedIn', realmRoles: [], clientRoles: [] },
      },
    );

    await userEvent.type(
      screen.getByLabelText(/^Roles/),
      'customer, payments/admin',
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'What happens?' }),
    );
    expect(
      await screen.findByRole('heading', { name: 'allow 200' }),
    ).toBeInTheDocument();
    expect(explain).toHaveBeenLastCalledWith(
      expect.anything(),
      expect.objectContaining({
        caller: {
          kind: 'loggedIn',
          realmRoles: ['customer'],
          clientRoles: [{ client: 'payments', name: 'admin' }],
        },
      }),
    );

    await userEvent.click(
      screen.getByRole('button', { name: 'Who can send it?' }),
    );
    expect(
      await screen.findByRole('row', { name: /^carol/ }),
    ).toHaveTextContent(
      'group:/staff/backoffice → realm:admin → realm:customer',
    );
    expect(
      screen.getByText(/from the mesh shop\/frontend/),
    ).toBeInTheDocument();
    expect(whoCan).toHaveBeenCalledWith(expect.anything(), {
      url: 'https://shop.example.com/payments',
      method: 'POST',
    });

    await userEvent.clear(address);
    await userEvent.type(address, 'https://other.example.com/');
    await userEvent.click(
      screen.getByRole('button', { name: 'What happens?' }),
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'No route of this entity serves https://other.example.com/',
    );
  });

  it('gives evidence and fix of a finding, and the state of each source', async () => {
    const { unmount } = renderTab({
      entity: component('payments'),
      section: '/findings',
    });
    expect(
      await screen.findByText(/Rule 2 allows GET \/actuator\/health/),
    ).toBeInTheDocument();
    expect(screen.getByText(/Name the caller under/)).toBeInTheDocument();
    unmount();

    renderTab({
      entity: component('payments'),
      section: '/sources',
      api: answering({
        ...payments,
        sources: [
          {
            ...payments.sources[0],
            warnings: [
              { file: 'shop/broken.yaml', line: 7, message: 'not YAML' },
            ],
          },
        ],
      }),
    });
    const source = await screen.findByRole('row', { name: /^Cluster demo/ });
    expect(source).toHaveTextContent(/live.*4 s/);
    expect(source).toHaveTextContent('shop/broken.yaml, line 7: not YAML');
  });

  it('explains the missing annotations', async () => {
    renderTab({ entity: component('unconnected') });
    expect(await screen.findByText('Not connected yet')).toBeInTheDocument();
  });
});

describe('the client of the plugin', () => {
  it('asks the backend with nothing but the entity reference', async () => {
    const fetchMock = jest.fn(async () =>
      Response.json(payments, { status: 200 }),
    );
    renderTestApp({
      features: [meshAuthPlugin],
      extensions: [createTestEntityPage({ entity: component('payments') })],
      apis: [
        [
          fetchApiRef,
          mockApis.fetch({ baseImplementation: fetchMock as typeof fetch }),
        ],
      ],
      config: { app: { extensions: [{ [TAB]: false }] } },
    });

    expect(
      await screen.findByText('Login wall oauth2-proxy'),
    ).toBeInTheDocument();
    expect(fetchMock).toHaveBeenCalledWith(
      'plugin://mesh-auth/entities/Component/default/payments/access',
      expect.objectContaining({ method: 'GET' }),
    );
  });
});
