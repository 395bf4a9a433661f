// `npm run package`: the npm packages, as folders and as tarballs, below dist/packages.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type CompiledPackage, compilePackage, PackagingError } from './compile';
import { type PackageDeclaration, packageDeclarations } from './declarations';
import { packageManifest } from './manifest';
import { PROJECT, readProjectManifest } from './project';

const OUTPUT = join(PROJECT, 'dist', 'packages');

const started = performance.now();
try {
  const project = readProjectManifest();
  const declarations = packageDeclarations(project);
  rmSync(OUTPUT, { recursive: true, force: true });
  for (const declaration of declarations) {
    const others = declarations.filter((other) => other !== declaration);
    const compiled = compilePackage(declaration, others);
    const folder = join(OUTPUT, declaration.name);
    fill(folder, declaration, compiled);
    write(join(folder, 'package.json'), json(packageManifest(declaration, compiled, project, others)));
    const tarball = pack(folder);
    process.stdout.write(
      `${relative(PROJECT, tarball).padEnd(48)} ${statSync(tarball).size.toLocaleString('en-GB').padStart(12)} bytes\n`,
    );
  }
  process.stdout.write(`packed in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
} catch (error) {
  if (!(error instanceof PackagingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function fill(folder: string, { copied, written }: PackageDeclaration, { files }: CompiledPackage): void {
  for (const [path, text] of files) write(join(folder, path), text);
  for (const [path, text] of Object.entries(written ?? {})) write(join(folder, path), text);
  const everywhere = { LICENSE: 'LICENSE', 'CHANGELOG.md': 'CHANGELOG.md' };
  for (const [path, from] of Object.entries({ ...everywhere, ...copied })) {
    cpSync(join(PROJECT, from), join(folder, path), { recursive: true });
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** @returns path of the tarball */
function pack(folder: string): string {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', OUTPUT];
  const printed = execFileSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [{ filename }] = JSON.parse(printed) as [{ filename: string }];
  return join(OUTPUT, filename);
}
