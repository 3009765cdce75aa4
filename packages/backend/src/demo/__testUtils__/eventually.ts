const PATIENCE_MS = 5_000;

/** Repeats an assertion until it holds. */
export async function eventually(
  assertion: () => void | Promise<void>,
): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
}
