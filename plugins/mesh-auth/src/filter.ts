import { FilterPredicate } from '@backstage/filter-predicates';
import {
  ANNOTATION_KEYCLOAK_CLIENT,
  ANNOTATION_KUBERNETES_ID,
  ANNOTATION_KUBERNETES_LABEL_SELECTOR,
} from '@mesh-auth/plugin-mesh-auth-common';

/**
 * The entities that the card and the tab stand on: what names a workload or a
 * Keycloak client by annotation, and every component that one expects to run
 * in the mesh, so that a missing annotation is explained and not just absent.
 */
export const accessEntityFilter: FilterPredicate = {
  $any: [
    { kind: 'component', 'spec.type': { $in: ['service', 'website'] } },
    { [`metadata.annotations.${ANNOTATION_KUBERNETES_ID}`]: { $exists: true } },
    {
      [`metadata.annotations.${ANNOTATION_KUBERNETES_LABEL_SELECTOR}`]: {
        $exists: true,
      },
    },
    {
      [`metadata.annotations.${ANNOTATION_KEYCLOAK_CLIENT}`]: { $exists: true },
    },
  ],
};
