export { parts, partsWithNeeds, partNamed } from './parts';
