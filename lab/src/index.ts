/**
 * The real servers of the field on loopback.
 *
 * @packageDocumentation
 */
export { ensureBinary } from './build/ensureArtifact';
