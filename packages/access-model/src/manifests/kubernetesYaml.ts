import yaml from 'js-yaml';

const TRUE = /^(y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const BOOLEAN =
  /^(y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;

/**
 * YAML as kubectl and istiod read it: sigs.k8s.io/yaml keeps the booleans of YAML 1.1, so that an unquoted `y` or `no` is not a string, and
 * knows no timestamps.
 */
const schema = yaml.FAILSAFE_SCHEMA.extend({
  implicit: [
    (yaml as any).types.null,
    new yaml.Type('tag:yaml.org,2002:bool', {
      kind: 'scalar',
      resolve: (data: unknown) =>
        typeof data === 'string' && BOOLEAN.test(data),
      construct: (data: string) => TRUE.test(data),
    }),
    (yaml as any).types.int,
    (yaml as any).types.float,
    (yaml as any).types.merge,
  ],
});

/** Reads one document. @throws YAMLException with a `mark` that holds the line, counted from zero. @internal */
export function parseKubernetesYaml(text: string): unknown {
  return yaml.load(text, { schema });
}
