#!/usr/bin/env node
/**
 * Writes src/manifests/schemas/*.json: the OpenAPI schemas of the custom resource definitions that the model reads, reduced to what a JSON
 * schema validator understands.
 *
 * usage: generate-schemas.mjs CRD.yaml…
 *
 * The files come from the modules `istio.io/istio` (manifests/charts/base/files/crd-all.gen.yaml) and `sigs.k8s.io/gateway-api`
 * (config/crd/standard/*.yaml) in the versions that lab/src/versions.ts pins. Descriptions and CEL rules are dropped: the validator cannot
 * run CEL, so the rules that matter are written out in src/manifests/validation.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const yaml = createRequire(import.meta.url)('js-yaml');
const wanted = new Set([
  'AuthorizationPolicy',
  'RequestAuthentication',
  'PeerAuthentication',
  'Gateway',
  'VirtualService',
  'ServiceEntry',
  'WorkloadEntry',
  'DestinationRule',
  'Sidecar',
  'HTTPRoute',
  'GRPCRoute',
  'ReferenceGrant',
  'GatewayClass',
]);

const dropped = new Set([
  'description',
  'example',
  'default',
  'title',
  'x-kubernetes-validations',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
]);

const formats = new Set(['date-time']);

/** A structural schema of Kubernetes as plain JSON schema. */
function convert(schema) {
  if (Array.isArray(schema)) return schema.map(convert);
  if (typeof schema !== 'object' || schema === null) return schema;
  if (schema['x-kubernetes-int-or-string']) {
    return { type: ['integer', 'string'] };
  }
  const out = {};
  for (const [key, value] of Object.entries(schema)) {
    if (dropped.has(key) || key === 'nullable') continue;
    if (key === 'x-kubernetes-preserve-unknown-fields') continue;
    if (key === 'format') {
      if (formats.has(value)) out.format = value;
      continue;
    }
    if (key === 'properties') {
      out.properties = Object.fromEntries(
        Object.entries(value).map(([name, child]) => [name, convert(child)]),
      );
      continue;
    }
    if (key === 'required' || key === 'enum') {
      out[key] = value;
      continue;
    }
    out[key] = convert(value);
  }
  if (schema.nullable && out.type) out.type = [out.type, 'null'];
  return out;
}

const files = {};
for (const path of process.argv.slice(2)) {
  for (const crd of yaml.loadAll(readFileSync(path, 'utf8'))) {
    if (crd?.kind !== 'CustomResourceDefinition') continue;
    const { group, names, versions } = crd.spec;
    if (!wanted.has(names.kind)) continue;
    // Istio serves one schema under several version names; the storage version stands for all of them.
    const served = versions.filter(v => v.served);
    const version = served.find(v => v.name === 'v1') ?? served[0];
    const { spec } = version.schema.openAPIV3Schema.properties;
    files[`${names.kind}.${group}`] = {
      versions: served.map(v => v.name),
      spec: convert(spec ?? version.schema.openAPIV3Schema),
    };
  }
}

for (const [name, content] of Object.entries(files)) {
  writeFileSync(
    new URL(`../src/manifests/schemas/${name}.json`, import.meta.url),
    `${JSON.stringify(content)}\n`,
  );
}
