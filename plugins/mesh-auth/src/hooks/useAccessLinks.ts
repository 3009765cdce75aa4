import { useRouteRef } from '@backstage/core-plugin-api';
import { useMemo } from 'react';
import { accessTabRouteRef } from '../routes';

/** The parts of the tab, in their order. */
export const accessSections = [
  'exposure',
  'policies',
  'roles',
  'try',
  'findings',
  'sources',
] as const;

/** A part of the tab, as it stands in its address. */
export type AccessSection = (typeof accessSections)[number];

/** Makes the address of a part of the tab, or nothing where the app has no tab. */
export type AccessLinks = (
  section: AccessSection,
  anchor?: string,
) => string | undefined;

/** Links into the tab "Access" of the entity in context. */
export function useAccessLinks(): AccessLinks {
  const tabRoute = useRouteRef(accessTabRouteRef);
  return useMemo(() => {
    const base = tabRoute?.();
    return (section, anchor) => {
      if (!base) {
        return undefined;
      }
      // The first part stands at the address of the tab itself.
      const path = section === accessSections[0] ? base : `${base}/${section}`;
      return anchor ? `${path}#${encodeURIComponent(anchor)}` : path;
    };
  }, [tabRoute]);
}
