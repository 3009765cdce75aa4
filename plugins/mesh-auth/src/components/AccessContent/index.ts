export { AccessContent, type AccessContentProps } from './AccessContent';
