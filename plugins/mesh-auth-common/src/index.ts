/**
 * Annotations, permissions, API types and client of the mesh-auth plugin.
 *
 * @packageDocumentation
 */

export * from './annotations';
export * from './keycloakClientAnnotation';
export * from './permissions';
export * from './signals';
export * from './schema/openapi/generated/models';
export {
  DefaultApiClient as MeshAuthClient,
  type ExplainRequest,
  type GetEntityAccess,
  type GetFleetExposures,
  type GetFleetFindings,
  type GetHostExposures,
  type GetSources,
  type GetWhoCan,
  type RequestOptions,
  type TypedResponse,
} from './schema/openapi/generated/apis';
