import { Placement } from './Workload';

/** Last bytes of the addresses of workloads; below are the gateway and what the lab may need. */
const FIRST_HOST = 10;
const LAST_HOST = 250;

/**
 * Gives a workload an address and a port that no other has.
 *
 * @param options - `network`: the first three bytes of the addresses, `taken`: placements in use,
 * `applicationPort`: the port of a server of the lab that is this workload
 * @throws when all addresses are taken
 * @internal
 */
export async function place(options: {
  network: string;
  taken: readonly Placement[];
  choosePort: () => Promise<number>;
  applicationPort?: number;
}): Promise<Placement> {
  const { network, taken, choosePort, applicationPort } = options;
  const addresses = new Set(taken.map(({ address }) => address));
  for (let host = FIRST_HOST; host <= LAST_HOST; host += 1) {
    const address = `${network}.${host}`;
    if (!addresses.has(address)) {
      return {
        address,
        applicationPort: applicationPort ?? (await choosePort()),
      };
    }
  }
  throw new Error(
    `All ${LAST_HOST - FIRST_HOST + 1} addresses of ${network}.0/24 are taken`,
  );
}
