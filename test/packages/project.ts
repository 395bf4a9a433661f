import { execFileSync, execSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const TARBALLS = join(REPOSITORY, 'dist', 'packages');

/** The tarball that `npm run package` wrote. */
export function tarball(packageName: string): string {
  const prefix = packageName.replace(/^@/, '').replace('/', '-');
  const pattern = new RegExp(`^${prefix}-\\d.*\\.tgz$`);
  const file = readdirSync(TARBALLS).find((name) => pattern.test(name));
  if (file === undefined)
    throw new Error(`no tarball of ${packageName} in dist/packages: run npm run package`);
  return join(TARBALLS, file);
}

/** A project of somebody who knows this one from its packages: a folder that no node_modules lies above. */
export class Project {
  static create(name: string): Project {
    return new Project(mkdtempSync(join(tmpdir(), `tabularium-${name}-`)));
  }

  constructor(readonly folder: string) {}

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  write(path: string, text: string): string {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
    return this.path(path);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  /**
   * Installs packages as npm does for anybody, without the scripts of any: none of them is needed.
   * @param packages `name@version`, or the path of a tarball
   */
  install(...packages: string[]): void {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    execFileSync('npm', ['install', ...options, ...packages], { cwd: this.folder, stdio: 'pipe' });
  }

  /** What a shell command prints. @throws with what it printed as errors, when it fails */
  run(command: string, environment: Readonly<Record<string, string>> = {}): string {
    const env = { ...process.env, ...environment };
    return execSync(command, { cwd: this.folder, encoding: 'utf8', stdio: 'pipe', env });
  }

  /** What a JavaScript file prints when a Node without options runs it. */
  node(executable: string, file: string, ...options: string[]): string {
    const { status, stdout, stderr } = spawnSync(executable, [file, ...options], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });
    if (status !== 0) throw new Error(`${file} ended with ${status}:\n${stderr}`);
    return stdout;
  }

  /** Bytes of everything that is installed. */
  get installedBytes(): number {
    const sizes = readdirSync(this.path('node_modules'), { recursive: true, encoding: 'utf8' })
      .map((file) => statSync(this.path('node_modules', file)))
      .filter((found) => found.isFile())
      .map(({ size }) => size);
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
