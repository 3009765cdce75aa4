import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createService } from '../src/service.js';

const basePath = '${{ values.path }}';
const claims = {
  preferred_username: 'ada <b>',
  resource_access: { '${{ values.name }}': { roles: ['reader'] } },
};
const token = `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

describe('${{ values.name }}', () => {
  const server = createService();
  let origin;

  before(
    () =>
      new Promise(resolve =>
        server.listen(0, '127.0.0.1', () => {
          origin = `http://127.0.0.1:${server.address().port}`;
          resolve();
        }),
      ),
  );
  after(() => server.close());

  const call = (path, options) => fetch(`${origin}${basePath}${path}`, options);

  it('is healthy', async () => {
    assert.equal((await fetch(`${origin}/healthz`)).status, 200);
  });

  it('says who calls, with either header', async () => {
    for (const headers of [
      { 'x-auth-request-access-token': token },
      { authorization: `Bearer ${token}` },
    ]) {
      const text = await (await call('/', { headers })).text();
      assert.match(text, /ada &#60;b&#62;/);
      assert.match(text, /Your roles here: reader/);
    }
    assert.match(await (await call('/')).text(), /No token/);
    assert.match(
      await (
        await call('/', { headers: { authorization: 'Bearer broken' } })
      ).text(),
      /No token/,
    );
  });

  it('keeps items', async () => {
    const created = await call('/items', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ text: 'first' }),
    });
    assert.equal(created.status, 201);
    const item = await created.json();
    assert.equal(item.by, 'ada <b>');
    assert.deepEqual(await (await call('/items')).json(), [item]);
    const gone = await call(`/items/${item.id}`, { method: 'DELETE' });
    assert.equal(gone.status, 200);
    assert.deepEqual(await (await call('/items')).json(), []);
  });

  it('refuses what it cannot use', async () => {
    for (const body of ['no', '{}', '{"text":""}']) {
      const answer = await call('/items', { method: 'POST', body });
      assert.equal(answer.status, 400);
    }
    const large = await call('/items', {
      method: 'POST',
      body: 'x'.repeat(70_000),
    });
    assert.equal(large.status, 413);
    const unknown = await call('/items/no-such', { method: 'DELETE' });
    assert.equal(unknown.status, 404);
    assert.equal((await call('/nothing')).status, 404);
  });
});
