import type { Command } from 'commander';

/** Adds the options that say where the objects come from. */
export function sourceOptions(command: Command): Command {
  return command
    .option(
      '--config <dir>',
      'folder of manifests (or one file): Istio, Gateway API and Kubernetes objects',
    )
    .option(
      '--kubeconfig <file>',
      'read a cluster instead, with the credentials of this kubeconfig',
    )
    .option('--context <name>', 'context of the kubeconfig')
    .option(
      '--strict',
      'end with an error where an object would be refused by Istio',
    );
}
