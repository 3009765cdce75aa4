/**
 * Backend of mesh-auth: reads the mesh and the realms and answers where an entity is reachable, who may call it, and
 * why.
 *
 * @packageDocumentation
 */

export { meshAuthPlugin as default } from './plugin';
