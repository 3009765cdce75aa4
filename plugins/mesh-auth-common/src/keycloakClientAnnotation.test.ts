import {
  formatKeycloakClientRef,
  parseKeycloakClientAnnotation,
} from './keycloakClientAnnotation';

describe('parseKeycloakClientAnnotation', () => {
  it('reads one or several clients, with and without the instance', () => {
    expect(
      parseKeycloakClientAnnotation('main/shop/payments, shop/orders'),
    ).toEqual({
      clients: [
        { instance: 'main', realm: 'shop', clientId: 'payments' },
        { realm: 'shop', clientId: 'orders' },
      ],
      problems: [],
    });
  });

  it('names what it cannot read and keeps the rest', () => {
    expect(
      parseKeycloakClientAnnotation('payments,shop/orders,a/b/c/d,shop/,s/%zz'),
    ).toEqual({
      clients: [{ realm: 'shop', clientId: 'orders' }],
      problems: [
        {
          item: 'payments',
          message: expect.stringContaining(
            "'payments' has 1 part, expected [instance/]realm/clientId",
          ),
        },
        {
          item: 'a/b/c/d',
          message: expect.stringContaining("'a/b/c/d' has 4 parts"),
        },
        {
          item: 'shop/',
          message: expect.stringContaining('has an empty part'),
        },
        {
          item: 's/%zz',
          message: expect.stringContaining('malformed percent escape'),
        },
      ],
    });
  });

  it('leaves out repetitions and blanks', () => {
    expect(
      parseKeycloakClientAnnotation(' shop/orders,,shop/orders , '),
    ).toEqual({
      clients: [{ realm: 'shop', clientId: 'orders' }],
      problems: [],
    });
    expect(parseKeycloakClientAnnotation(undefined)).toEqual({
      clients: [],
      problems: [],
    });
  });

  it('round-trips names that hold the separators', () => {
    const ref = {
      instance: 'main',
      realm: 'a,b',
      clientId: 'https://sp.example.com/100%',
    };
    const text = formatKeycloakClientRef(ref);
    expect(text).toBe('main/a%2Cb/https:%2F%2Fsp.example.com%2F100%25');
    expect(parseKeycloakClientAnnotation(text).clients).toEqual([ref]);
  });
});
