import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, it } from 'vitest';
import { packageDeclarations } from '../../src/packages/declarations';
import { readProjectManifest } from '../../src/packages/project';
import { REPOSITORY, tarball } from './project';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

const NAMES = packageDeclarations(readProjectManifest()).map(({ name }) => name);

describe.each(NAMES)('%s', (name) => {
  const folder = join(REPOSITORY, 'dist', 'packages', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

  it('is clean to publint', async () => {
    const { messages } = await publint({ pkgDir: folder, level: 'suggestion', strict: true });
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
  });

  it('has types that are those of its JavaScript', (context) => {
    if (['@tabularium/cli', 'create-tabularium'].includes(name)) context.skip('it has commands alone');
    const command = join(REPOSITORY, 'node_modules', '.bin', 'attw');
    execFileSync(command, [tarball(name), '--profile', 'esm-only', '--no-color'], { stdio: 'pipe' });
  });
});
