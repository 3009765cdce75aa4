import execa from 'execa';
import readline from 'readline';

/** @internal */
export interface RunToolOptions {
  command: string;
  args: string[];
  cwd?: string;
  environment?: Record<string, string>;
  /** Called with every line that the tool prints. */
  onLine?: (line: string) => void;
}

const KEPT_LINES = 25;

/**
 * Runs a build tool in the foreground at low priority and passes its lines on. The error of a failed tool carries
 * the end of what it printed.
 *
 * @internal
 */
export async function runTool(options: RunToolOptions): Promise<void> {
  const { command, args, cwd, environment, onLine } = options;
  const child = execa('nice', ['-n', '5', command, ...args], {
    cwd,
    env: environment,
    all: true,
    buffer: false,
    stdin: 'ignore',
  });
  const lastLines: string[] = [];
  const lines = readline.createInterface({ input: child.all! });
  lines.on('line', line => {
    lastLines.push(line);
    if (lastLines.length > KEPT_LINES) {
      lastLines.shift();
    }
    onLine?.(line);
  });
  try {
    await child;
  } catch (error) {
    throw new Error(
      `${command} ${args.slice(0, 3).join(' ')} … failed: ${
        (error as Error).message.split('\n')[0]
      }\n${lastLines.join('\n')}`,
    );
  }
}
