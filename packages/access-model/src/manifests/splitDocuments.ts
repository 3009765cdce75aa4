/** One document of a file. @internal */
export interface DocumentText {
  text: string;
  /** Line of its first line in the file, counted from one. */
  line: number;
}

/**
 * Cuts a file at its document markers. A line that begins with `---` is always a marker in YAML (a block scalar's lines are indented), so no
 * parser is needed, and one broken document does not hide the next.
 *
 * @internal
 */
export function splitDocuments(text: string): DocumentText[] {
  const documents: DocumentText[] = [];
  let start = 0;
  let startLine = 1;
  let line = 1;
  let position = 0;
  const push = (end: number) => {
    const body = text.slice(start, end);
    if (body.trim() !== '') documents.push({ text: body, line: startLine });
  };
  while (position <= text.length) {
    if (
      text.startsWith('---', position) &&
      (position + 3 >= text.length ||
        text[position + 3] === '\n' ||
        text[position + 3] === '\r' ||
        text[position + 3] === ' ' ||
        text[position + 3] === '\t')
    ) {
      push(position);
      // What follows the marker on its own line belongs to the document, so the marker is blanked out rather than the line skipped.
      start = position + 3;
      startLine = line;
    }
    const next = text.indexOf('\n', position);
    if (next < 0) break;
    position = next + 1;
    line += 1;
  }
  push(text.length);
  return documents;
}
