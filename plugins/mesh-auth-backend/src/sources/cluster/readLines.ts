/** No Kubernetes object is larger than etcd's limit of a few MB; a longer line is not a watch event. */
const MAX_LINE_CHARACTERS = 32 * 1024 * 1024;

/**
 * Splits a stream of UTF-8 into its lines. The line after the last line break is left out: a watch that is cut in the
 * middle of an event must not yield half of it.
 *
 * @throws whatever the stream throws, and Error on a line beyond all limits
 *
 * @internal
 */
export async function* readLines(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop()!;
    yield* lines.filter(line => line !== '');
    if (rest.length > MAX_LINE_CHARACTERS) {
      throw new Error('A line of the watch is longer than any object');
    }
  }
}
