import path from 'path';
import { labPackage } from '../paths';

/** How to run a TypeScript file of this package as a process, without a build step. @internal */
export function labScript(file: string): { command: string; args: string[] } {
  return {
    command: process.execPath,
    args: [
      '--import',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      path.join(labPackage, 'src', file),
    ],
  };
}
