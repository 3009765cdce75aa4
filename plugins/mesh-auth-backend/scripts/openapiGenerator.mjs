// Puts the jar of the OpenAPI generator where its npm wrapper looks for it, by way of Maven, so that mirrors and
// proxies of the machine's Maven settings apply. Without Maven the wrapper downloads the jar itself.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const config = JSON.parse(
  readFileSync(
    join(
      dirname(require.resolve('@backstage/repo-tools/package.json')),
      'openapitools.json',
    ),
    'utf8',
  ),
);
const { version } = config['generator-cli'];
const artifact = 'openapi-generator-cli';
const folder = join(
  dirname(require.resolve('@openapitools/openapi-generator-cli/package.json')),
  'versions',
);
const jar = join(folder, `${version}.jar`);

if (!existsSync(jar) && spawnSync('mvn', ['--version']).status === 0) {
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync(
    'mvn',
    [
      '--quiet',
      '--batch-mode',
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy',
      `-Dartifact=org.openapitools:${artifact}:${version}`,
      `-DoutputDirectory=${folder}`,
    ],
    { stdio: 'inherit', cwd: folder },
  );
  if (status === 0) {
    renameSync(join(folder, `${artifact}-${version}.jar`), jar);
  }
}
