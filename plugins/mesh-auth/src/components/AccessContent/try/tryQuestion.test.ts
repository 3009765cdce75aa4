import {
  curlOfForm,
  formFromSearch,
  questionOfForm,
  searchOfForm,
  TryForm,
} from './tryQuestion';

const form: TryForm = {
  method: 'POST',
  url: "https://shop.example.com/payments?q=it's",
  caller: 'token',
  roles: ' customer,payments/admin , ',
  principal: 'cluster.local/ns/shop/sa/frontend',
};

describe('the question of "Try a request"', () => {
  it('survives the way through an address', () => {
    const defaults: TryForm = { ...form, method: 'GET', caller: 'anonymous' };
    expect(formFromSearch(searchOfForm(form), defaults)).toEqual(form);
    expect(formFromSearch('?caller=admin', defaults)).toEqual(defaults);
    // What the caller cannot have is not carried along.
    expect(searchOfForm({ ...form, caller: 'anonymous' })).not.toMatch(
      /roles|principal/,
    );
  });

  it('asks with the roles of a token and the identity of a workload only', () => {
    expect(questionOfForm(form).caller).toEqual({
      kind: 'token',
      realmRoles: ['customer'],
      clientRoles: [{ client: 'payments', name: 'admin' }],
    });
    expect(questionOfForm({ ...form, caller: 'anonymous' }).caller).toEqual({
      kind: 'anonymous',
    });
    expect(questionOfForm({ ...form, caller: 'workload' }).caller).toEqual({
      kind: 'workload',
      principal: 'cluster.local/ns/shop/sa/frontend',
    });
  });

  it('writes a command that a shell reads as meant, and no token into it', () => {
    expect(curlOfForm(form)).toBe(
      `curl -i -X POST -H "Authorization: Bearer $TOKEN" 'https://shop.example.com/payments?q=it'\\''s'`,
    );
    expect(
      curlOfForm({
        ...form,
        method: 'GET',
        caller: 'anonymous',
        url: 'https://a/',
      }),
    ).toBe(`curl -i 'https://a/'`);
  });
});
