/**
 * Extension points of the mesh-auth backend plugin.
 *
 * @packageDocumentation
 */

export * from './MeshAuthSource';
export * from './meshAuthSourcesExtensionPoint';
