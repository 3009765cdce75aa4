import { Finding } from '@mesh-auth/plugin-mesh-auth-common';
import { objectAnchor } from './anchors';

const rank = { high: 0, medium: 1, low: 2, info: 3 };

/** The worst first; within a severity the order of the backend stays. */
export function bySeverity(findings: Finding[]): Finding[] {
  return [...findings].sort((a, b) => rank[a.severity] - rank[b.severity]);
}

/** The anchor of a finding in the tab. */
export function findingAnchor(finding: Finding): string {
  return finding.object
    ? `${finding.code}/${objectAnchor(finding.object)}`
    : finding.code;
}
