import { type ChildProcess, spawn } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import { readProjectManifest } from '../../src/packages/project';
import { Project, REPOSITORY, tarball } from './project';

const { canisterFolder } = inject('prepared');
const PACKAGES = join(REPOSITORY, 'dist', 'packages');

const workshop = Project.create('workshop');
afterAll(() => workshop.remove());

/** A project of a template, with what the canister's consumer has installed. */
function created(template: string): Project {
  const command = join(canisterFolder, 'node_modules', '.bin', 'tabularium');
  workshop.run(`${command} init ${template} --template ${template} --packages ${PACKAGES} --no-install`);
  const project = new Project(workshop.path(template));
  symlinkSync(join(canisterFolder, 'node_modules'), project.path('node_modules'));
  return project;
}

describe.each(['notes', 'drizzle', 'kysely'])('a project by the template %s', (template) => {
  it('builds, type-checks, and passes its tests', () => {
    const project = created(template);
    expect(project.run('npm test')).toMatch(/# fail 0/);
    project.run('npm run typecheck');
  });

  it('asks for the versions that this repository is tested with', () => {
    const { dependencies, devDependencies, peerDependencies } = readProjectManifest();
    const known = { ...devDependencies, ...dependencies };
    const manifest = JSON.parse(workshop.read(`${template}/package.json`)) as {
      dependencies: Record<string, string>;
      devDependencies: Record<string, string>;
    };
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      if (version.startsWith('file:')) continue;
      expect(known[name] ?? peerDependencies[name], name).toBe(version);
    }
  });
});

it.each([
  ['no folder', 'init', /which folder\?/],
  ['a folder that is not empty', 'init notes', /notes is there already/],
  [
    'a template that there is not',
    'init other --template rails',
    /there is no 'rails', but notes, drizzle, kysely/,
  ],
])('init says what is wrong with %s', (_, command, message) => {
  const tabularium = join(canisterFolder, 'node_modules', '.bin', 'tabularium');
  expect(() => workshop.run(`${tabularium} ${command}`)).toThrow(
    expect.objectContaining({ status: 2, stderr: expect.stringMatching(message) }),
  );
});

describe('the way of a stranger', () => {
  let running: ChildProcess | undefined;
  afterEach(() => running?.kill('SIGTERM'));

  it('leads from an empty folder through tests and a change to an upgraded canister', async () => {
    const empty = Project.create('stranger');
    try {
      empty.write('package.json', '{"private":true,"type":"module"}');
      empty.install(
        ...['create-tabularium', '@tabularium/cli', '@tabularium/replica', 'tabularium'].map(tarball),
        'azle@0.33.0',
      );
      empty.run(`npx create-tabularium my-notes --packages ${PACKAGES}`);
      const project = new Project(empty.path('my-notes'));
      expect(project.run('npm test')).toMatch(/# fail 0/);

      running = spawn('npm', ['run', 'dev', '--', '--port', '0', '--test', 'echo tested'], {
        cwd: project.folder,
      });
      const told = new Transcript(running);
      await told.until(/installed a new canister[\s\S]*tested/);
      const source = project.read('src/canister.ts');
      project.write(
        'src/canister.ts',
        source.replace('remove(id: number): boolean', 'remove(id: number): string'),
      );
      await told.until(/types-wrong[\s\S]*src\/canister\.ts\(\d+,\d+\): error TS2322/);
      project.write('src/canister.ts', `${source}\n// A change.\nconsole.log('changed');\n`);
      await told.until(/upgraded the canister[\s\S]*tested/);
    } finally {
      running?.kill('SIGTERM');
      empty.remove();
    }
  });
});

/** What a process prints, as it comes. */
class Transcript {
  #text = '';
  #look: () => void = () => {};

  constructor(child: ChildProcess) {
    const take = (data: Buffer) => {
      this.#text += data.toString();
      this.#look();
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.on('exit', (code) => {
      this.#text += `\nended with ${code}`;
      this.#look();
    });
  }

  /** Waits for a text, behind the one that was waited for before. @throws when the process ends without it */
  until(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#look = () => {
        const found = pattern.exec(this.#text);
        if (found) {
          this.#text = this.#text.slice(found.index + found[0].length);
          resolve();
        } else if (/\nended with/.test(this.#text)) reject(new Error(this.#text));
      };
      this.#look();
    });
  }
}
