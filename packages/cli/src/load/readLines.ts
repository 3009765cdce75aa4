import fs from 'node:fs';
import readline from 'node:readline';
import { UsageError } from './loadMesh';

/** The lines of a file that are not empty; `-` is standard input. */
export async function* readLines(file: string): AsyncGenerator<string> {
  if (file !== '-' && !fs.existsSync(file)) {
    throw new UsageError(`there is no file ${file}`);
  }
  const input =
    file === '-' ? process.stdin : fs.createReadStream(file, 'utf8');
  for await (const line of readline.createInterface({
    input,
    crlfDelay: Infinity,
  })) {
    if (line.trim() !== '') {
      yield line;
    }
  }
}
