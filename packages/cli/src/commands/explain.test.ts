import fs from 'node:fs';
import path from 'node:path';
import { createProgram } from '../main';

const root = path.resolve(__dirname, '../../../..');
const page = path.join(root, 'docs/explain.md');

/** Runs the command line of the checkout's root and gives back what it prints. */
async function run(line: string): Promise<string> {
  let text = '';
  const write = jest
    .spyOn(process.stdout, 'write')
    .mockImplementation((chunk: unknown) => {
      text += String(chunk);
      return true;
    });
  const folder = process.cwd();
  try {
    process.chdir(root);
    const args = line
      .match(/'[^']*'|\S+/g)!
      .map(arg => arg.replace(/^'|'$/g, ''));
    await createProgram().parseAsync(['node', ...args]);
  } finally {
    process.chdir(folder);
    write.mockRestore();
    process.exitCode = undefined;
  }
  return text.trim();
}

describe('docs/explain.md', () => {
  const blocks = [
    ...fs
      .readFileSync(page, 'utf8')
      .matchAll(
        /```text\n\$ (mesh-auth explain (?:[^\n]*\\\n)*[^\n]*)\n([\s\S]*?)```/g,
      ),
  ].map(([, command, output]) => ({
    command: command.replace(/\\\n\s*/g, ' '),
    output: output.trim(),
  }));

  it('holds five worked examples', () => {
    expect(blocks).toHaveLength(5);
  });

  it('shows what the command prints', async () => {
    for (const { command, output } of blocks) {
      expect(`${command}\n${await run(command)}`).toBe(`${command}\n${output}`);
    }
  });
});
