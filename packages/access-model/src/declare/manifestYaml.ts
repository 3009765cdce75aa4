import { stringify } from 'yaml';

/**
 * One object as YAML that every reader takes the same way.
 *
 * @remarks
 * kubectl and istiod read YAML 1.1, where an unquoted `y`, `on` or `12:30` is no string; written for 1.1, such values
 * are quoted. Keys keep their order and lines are not folded, so a change of the object is a small diff.
 *
 * @param comment - lines that stand above the object, without `#`
 *
 * @public
 */
export function toManifestYaml(manifest: object, comment?: string): string {
  const yaml = stringify(manifest, {
    version: '1.1',
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  if (!comment) {
    return yaml;
  }
  const lines = comment.split('\n').map(line => `# ${line}`.trimEnd());
  return `${lines.join('\n')}\n${yaml}`;
}
