import type { FleetFindings } from '@mesh-auth/plugin-mesh-auth-common';
import { useMeshAuth } from '../__testUtils__/useMeshAuth';

describe('/fleet', () => {
  const { denied, get } = useMeshAuth();

  describe('fleet', () => {
    it('lists findings with facets, filters and pages', async () => {
      const all = (await get('/fleet/findings')).body as FleetFindings;
      expect(all.total).toBe(all.items.length);
      expect(all.items).toContainEqual({
        source: 'folder:demo',
        finding: expect.objectContaining({ code: 'MA0012' }),
      });
      const high = (await get('/fleet/findings?severity=high&namespace=shop'))
        .body as FleetFindings;
      expect(high.items.map(({ finding }) => finding.severity)).toEqual(
        high.items.map(() => 'high'),
      );
      expect(high.total).toBeGreaterThan(0);
      expect(high.facets.severity).toContainEqual({
        value: 'high',
        count: high.total,
      });
      expect((await get('/fleet/findings?code=MA9999')).body.items).toEqual([]);
      expect((await get('/fleet/findings?cluster=other')).body.total).toBe(0);
    });

    it('lists exposures by page', async () => {
      const first = (await get('/fleet/exposures?limit=1&text=SHOP.')).body;
      expect(first.items).toEqual([
        {
          source: 'folder:demo',
          id: expect.any(String),
          address: 'https://shop.example.com/payments',
          host: 'shop.example.com',
          gateway: expect.objectContaining({ name: 'public' }),
          route: expect.objectContaining({ name: 'payments' }),
          service: expect.objectContaining({ name: 'payments' }),
          loginWall: 'required',
          anonymous: ['deny'],
        },
      ]);
      expect((await get('/fleet/exposures?anonymous=allow')).body.total).toBe(
        0,
      );
      expect((await get('/fleet/exposures?namespace=none')).body.total).toBe(0);
    });

    it('needs mesh-auth.fleet.read, and good parameters', async () => {
      for (const path of ['/fleet/findings', '/fleet/exposures']) {
        expect((await get(`${path}?limit=0`)).status).toBe(400);
        expect((await get(`${path}?cursor=AAAA`)).status).toBe(400);
        denied.add('mesh-auth.fleet.read');
        expect((await get(path)).status).toBe(403);
        denied.clear();
      }
    });
  });
});
