/**
 * The command line of mesh-auth.
 *
 * @packageDocumentation
 */
export { main } from './main';
