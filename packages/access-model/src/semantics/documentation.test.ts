import fs from 'node:fs';
import path from 'node:path';

const page = fs.readFileSync(
  path.resolve(__dirname, '../../../../docs/semantics.md'),
  'utf8',
);
const sources = fs
  .readdirSync(__dirname)
  .filter(name => name.endsWith('.test.ts'))
  .map(name => fs.readFileSync(path.join(__dirname, name), 'utf8'))
  .join('\n')
  .replaceAll("\\'", "'");

describe('docs/semantics.md', () => {
  const rows = [...page.matchAll(/^\| (\d+a?) +\| (.*?) *\| (.*?) *\|$/gm)].map(
    ([, rule, tests, note]) => ({ rule, tests, note }),
  );

  it('has a row for each rule, and each row a test or a reason', () => {
    const expected = Array.from({ length: 101 }, (_, index) => `${index + 1}`);
    expected.splice(15, 0, '15a');
    expected.sort((a, b) => parseInt(a, 10) - parseInt(b, 10));
    expect(rows.map(({ rule }) => rule)).toEqual(expected);
    expect(rows.filter(({ tests, note }) => !tests && !note)).toEqual([]);
  });

  it('names tests that exist', () => {
    const names = rows.flatMap(({ tests }) =>
      tests.split('<br>').filter(Boolean),
    );
    expect(names.length).toBeGreaterThan(70);
    expect(
      names.filter(name => !sources.includes(name.replaceAll('\\|', '|'))),
    ).toEqual([]);
  });
});
