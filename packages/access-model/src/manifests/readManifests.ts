import { parseKubernetesYaml } from './kubernetesYaml';
import { locatePath } from './locatePath';
import { ObjectCollector } from './readObjects';
import type { ManifestReading, ReadLimits } from './readObjects';
import { splitDocuments } from './splitDocuments';
import type { DocumentText } from './splitDocuments';

/** A file that was loaded. @public */
export interface ManifestInput {
  path: string;
  text: string;
}

/** A line that is neither empty nor a comment. */
const CONTENT = /^[^\S\n]*[^\s#]/m;

/** What the parser says, in one line without its excerpt. */
function yamlProblem(error: unknown): { message: string; line?: number } {
  const { reason, mark, message } = error as {
    reason?: string;
    mark?: { line?: number };
    message?: string;
  };
  return {
    message: `not valid YAML: ${reason ?? message ?? 'unknown error'}`,
    line: typeof mark?.line === 'number' ? mark.line : undefined,
  };
}

function readDocument(
  file: ManifestInput,
  document: DocumentText,
  collector: ObjectCollector,
) {
  const position = { file: file.path, line: document.line };
  if (document.text.length > collector.limits.maxDocumentLength) {
    collector.problem({
      severity: 'error',
      ...position,
      message: `document is longer than ${collector.limits.maxDocumentLength} characters`,
    });
    return;
  }
  let value: unknown;
  try {
    value = parseKubernetesYaml(document.text);
  } catch (error) {
    // A RangeError is a document nested deeper than the stack; anything else is the parser's own complaint.
    const problem = yamlProblem(error);
    collector.problem({
      severity: 'error',
      file: file.path,
      line: document.line + (problem.line ?? 0),
      message: problem.message,
    });
    return;
  }
  collector.add(
    value,
    { file: file.path, line: firstContentLine(document) },
    path => locatePath(document, path),
  );
}

/** The line that a person would call the start of the object: the first that is neither empty nor a comment. */
function firstContentLine(document: DocumentText): number {
  const content = CONTENT.exec(document.text);
  if (!content) return document.line;
  let line = document.line;
  let at = document.text.indexOf('\n');
  while (at >= 0 && at < content.index) {
    line += 1;
    at = document.text.indexOf('\n', at + 1);
  }
  return line;
}

/**
 * Reads manifests of any number of files and documents. What is broken is left out and reported with file, line and path; the rest stays.
 *
 * Values are read as kubectl and istiod read them (YAML 1.1 booleans), `List` objects are opened, and every object that the model knows is
 * checked against the OpenAPI schema of its definition and against the rules of Istio's webhook.
 *
 * @public
 */
export function readManifests(options: {
  files: readonly ManifestInput[];
  /** Namespace of objects that name none. Default `default`. */
  defaultNamespace?: string;
  limits?: ReadLimits;
}): ManifestReading {
  const collector = new ObjectCollector(options);
  for (const file of options.files) {
    if (file.text.length > collector.limits.maxFileLength) {
      collector.problem({
        severity: 'error',
        file: file.path,
        line: 1,
        message: `file is longer than ${collector.limits.maxFileLength} characters`,
      });
      continue;
    }
    for (const document of splitDocuments(file.text)) {
      readDocument(file, document, collector);
    }
  }
  return collector.finish();
}
