import { createHash } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, inject, it } from 'vitest';
import { linkCanister } from '../../src/link';
import { Project, REPOSITORY } from './project';
import { MODULE_WAYS, STRICTEST, typeErrors } from './types';

const { canisterFolder, nodes } = inject('prepared');
const project = new Project(canisterFolder);
const DOCUMENT = readFileSync(join(REPOSITORY, 'docs', 'USE-IN-YOUR-CANISTER.md'), 'utf8');
const PROJECTS = join(REPOSITORY, 'test', 'packages', 'projects');

/** The block that follows a file's name in the document. */
function documented(file: string): string {
  const block = DOCUMENT.split(`\n${file}:`)[1]?.match(/```(?:json|ts)\n([\s\S]*?)```/)?.[1];
  if (block === undefined) throw new Error(`the document has no ${file}`);
  return block;
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** A file of projects/ and its JavaScript, as a build of the consumer's would leave it. */
function withJavaScript(file: string): void {
  const source = readFileSync(join(PROJECTS, file), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  project.write(file, source);
  project.write(file.replace(/\.ts$/, '.js'), outputText);
}

describe('a new canister by the documented lines', () => {
  interface DfxCanister {
    readonly build: string;
    readonly wasm: string;
    readonly candid: string;
  }
  const { canisters } = JSON.parse(documented('dfx.json')) as { canisters: { notes: DfxCanister } };
  const { build, wasm, candid } = canisters.notes;
  for (const file of ['src/notes.ts', 'scripts/count.ts']) project.write(file, documented(file));

  it('has its dependencies in the versions that are packed', () => {
    const { dependencies } = JSON.parse(documented('package.json')) as {
      dependencies: Record<string, string>;
    };
    for (const [name, version] of Object.entries(dependencies)) {
      const installed = JSON.parse(project.read(`node_modules/${name}/package.json`)) as { version: string };
      expect(version, name).toBe(installed.version);
    }
  });

  it('is built, and runs in the replica of each Node', () => {
    project.run(build);
    expect(project.read(candid)).toMatch(/add: \(text\) -> \(nat32\)/);
    withJavaScript('tools.ts');
    project.write(
      'try-notes.js',
      `import { notesIn } from './tools.js';\nconsole.log(JSON.stringify(await notesIn('${wasm}')));\n`,
    );
    for (const executable of Object.values(nodes)) {
      expect(JSON.parse(project.node(executable, 'try-notes.js'))).toEqual([['buy milk'], ['buy milk']]);
    }
  });

  it('has a script that opens an archive in Node', () => {
    expect(project.run('npx tsx scripts/count.ts')).toBe('1\n');
    expect(project.run('npx tsx scripts/count.ts')).toBe('2\n');
  });

  it.each([
    ['no entry file', '', /which entry file\?/, 2],
    ['two entry files', 'src/a.ts src/b.ts', /one entry file, not also src\/b\.ts/, 2],
    ['an unknown option', 'src/notes.ts --fast', /Unknown option '--fast'/, 2],
    [
      'an entry file that is not there',
      'src/missing.ts',
      /tool-failed: Azle could not bundle src\/missing\.ts/,
      1,
    ],
  ])('is told what is wrong with %s', (_, options, message, status) => {
    const run = () => project.run(`npx tabularium link ${options}`);
    expect(run).toThrow(expect.objectContaining({ status, stderr: expect.stringMatching(message) }));
  });
});

describe('the installed library', () => {
  it.each(['examples/kysely', 'examples/drizzle'])(
    'makes of %s the Wasm that the repository makes',
    async (folder) => {
      cpSync(join(REPOSITORY, folder), project.path(folder), { recursive: true });
      const main = `${folder}/canister.ts`;
      project.run(`npx tabularium link ${main} --out linked/${folder}`);
      const outDir = project.path('linked', 'repository', folder);
      const { wasm } = await linkCanister({ main, root: REPOSITORY, outDir });
      expect(sha256(project.path('linked', folder, 'canister.wasm'))).toBe(sha256(wasm));
    },
  );

  it('runs SQL in each Node without a loader', () => {
    withJavaScript('tools.ts');
    project.write(
      'sum.js',
      "import { sumInNode } from './tools.js';\nconsole.log(await sumInNode('linked'));\n",
    );
    for (const executable of Object.values(nodes)) expect(project.node(executable, 'sum.js')).toBe('6\n');
  });

  it.each(Object.keys(MODULE_WAYS))('type-checks under %s and the strictest flags', (way) => {
    for (const file of ['canister.ts', 'tools.ts']) withJavaScript(file);
    const lib = ['lib.es2022.d.ts', 'lib.esnext.disposable.d.ts'];
    const options = { ...STRICTEST, ...MODULE_WAYS[way], lib, types: ['node'] };
    expect(typeErrors(project, ['canister.ts', 'tools.ts'], options)).toEqual([]);
  });
});

describe('a trap', () => {
  const THROWS = `import { IDL, update } from 'azle';

function refuse(text: string): never {
  throw new Error(\`not wanted: \${text}\`);
}

export default class {
  @update([IDL.Text])
  add(text: string): void {
    refuse(text);
  }
}
`;

  it("names file and line of the developer's source", () => {
    project.write('src/throws.ts', THROWS);
    project.run('npx tabularium link src/throws.ts');
    project.write(
      'trap.js',
      `import { IDL } from '@dfinity/candid';
import { PocketIc } from '@tabularium/replica';
import { originalPlaces } from 'tabularium/link';

const pic = await PocketIc.create();
const canisterId = await pic.createCanister();
await pic.installCode({ canisterId, wasm: 'dist/throws.wasm' });
const call = pic.updateCall({ canisterId, method: 'add', arg: new Uint8Array(IDL.encode([IDL.Text], ['this'])) });
await call.catch((error) => console.log(originalPlaces('dist/throws.js.map')(error.message)));
`,
    );
    const told = project.node(process.execPath, 'trap.js');
    expect(told).toMatch(
      /not wanted: this\s+at refuse \(src\/throws\.ts:4:\d+\)\s+at add \(src\/throws\.ts:10:\d+\)/,
    );
  });

  it('needs no run where the types say it already', () => {
    project.write('src/wrong.ts', THROWS.replace('refuse(text)', 'refuse(text.length)'));
    expect(() => project.run('npx tabularium link src/wrong.ts')).toThrow(
      expect.objectContaining({
        status: 1,
        stderr: expect.stringMatching(/types-wrong[\s\S]*src\/wrong\.ts\(10,12\): error TS2345/),
      }),
    );
    project.run('npx tabularium link src/wrong.ts --no-check');
  });
});
