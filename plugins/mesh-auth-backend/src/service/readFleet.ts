import type {
  FacetValue,
  FleetExposure,
  FleetExposures,
  FleetFinding,
  FleetFindings,
  GetFleetExposures,
  GetFleetFindings,
} from '@mesh-auth/plugin-mesh-auth-common';
import type { Fleet } from './FleetIndex';
import { page } from './page';

/** @internal */
export type FindingsQuery = GetFleetFindings['query'];
/** @internal */
export type ExposuresQuery = GetFleetExposures['query'];

function counts(values: string[]): FacetValue[] {
  const byValue = new Map<string, number>();
  for (const value of values) {
    byValue.set(value, (byValue.get(value) ?? 0) + 1);
  }
  return [...byValue]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

/**
 * A page of the findings of the fleet, with facets: each counts under all filters but its own.
 *
 * @throws InputError on a cursor that is not one of this list
 *
 * @internal
 */
export function readFleetFindings(
  { findings, snapshotVersion }: Fleet,
  query: FindingsQuery,
): FleetFindings {
  const { severity, code, cluster, namespace, limit, cursor } = query;
  const inPlace = findings.filter(
    ({ source, finding }) =>
      (cluster === undefined || source === cluster) &&
      (namespace === undefined || finding.object?.namespace === namespace),
  );
  const hasSeverity = ({ finding }: FleetFinding) =>
    severity === undefined || finding.severity === severity;
  const hasCode = ({ finding }: FleetFinding) =>
    code === undefined || finding.code === code;
  return {
    snapshotVersion,
    ...page(
      inPlace.filter(item => hasSeverity(item) && hasCode(item)),
      {
        version: snapshotVersion,
        limit,
        cursor,
      },
    ),
    facets: {
      severity: counts(
        inPlace.filter(hasCode).map(({ finding }) => finding.severity),
      ),
      code: counts(
        inPlace.filter(hasSeverity).map(({ finding }) => finding.code),
      ),
    },
  };
}

/**
 * A page of the exposures of the fleet.
 *
 * @throws InputError on a cursor that is not one of this list
 *
 * @internal
 */
export function readFleetExposures(
  { exposures, snapshotVersion }: Fleet,
  query: ExposuresQuery,
): FleetExposures {
  const { anonymous, text, cluster, namespace, limit, cursor } = query;
  const part = text?.toLowerCase();
  const matches = (item: FleetExposure) =>
    (cluster === undefined || item.source === cluster) &&
    (namespace === undefined || item.route.namespace === namespace) &&
    (anonymous === undefined || item.anonymous.includes(anonymous)) &&
    (part === undefined || item.address.toLowerCase().includes(part));
  return {
    snapshotVersion,
    ...page(exposures.filter(matches), {
      version: snapshotVersion,
      limit,
      cursor,
    }),
  };
}
