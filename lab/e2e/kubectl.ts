import { execFileSync } from 'child_process';
import { ensureBinary } from '../src/build/ensureArtifact';
import { labEnvironment } from './lab';

/** Runs kubectl as the administrator of the lab's cluster and returns its output; rejects when it fails. */
export async function kubectl(...args: string[]): Promise<string> {
  return execFileSync(
    await ensureBinary('kubectl'),
    [`--kubeconfig=${labEnvironment().LAB_KUBECONFIG}`, ...args],
    { stdio: 'pipe' },
  ).toString();
}
