import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import * as facade from '../../src/database';
import { startHost } from '../support/native-host';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = join(PROJECT, '.tabularium', 'documentation');
const PREAMBLE = `import { Database, HandlePool, RowCountError, SqliteError } from '../../src/database';
import type { NativeModule } from '../../src/native/interface';
declare const native: NativeModule;
declare const db: Database;
`;

interface Example {
  readonly name: string;
  readonly code: string;
}

/** Code blocks of the page, and examples of doc comments. */
function examples(): Example[] {
  const page = readFileSync(join(PROJECT, 'docs', 'DATABASE.md'), 'utf8');
  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code], index) => ({
    name: `docs/DATABASE.md, ${index + 1}`,
    code: code!,
  }));
  const source = join(PROJECT, 'src', 'database');
  const comments = readdirSync(source).flatMap((file) =>
    [...readFileSync(join(source, file), 'utf8').matchAll(/ \* @example\n([\s\S]*?)\n *\*\//g)].map(
      ([, lines], index) => ({
        name: `${file}, ${index + 1}`,
        code: lines!.replaceAll(/^ *\* ?/gm, ''),
      }),
    ),
  );
  return [...blocks, ...comments];
}

const EXAMPLES = examples();

describe('the facade’s documentation', () => {
  const paths = new Map<string, Example>();
  beforeAll(() => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    EXAMPLES.forEach((example, index) => {
      const path = join(FOLDER, `example-${index}.ts`);
      writeFileSync(path, `${PREAMBLE}${example.code}\nexport {};\n`);
      paths.set(path, example);
    });
  });

  it('has examples', () => {
    expect(EXAMPLES.filter(({ name }) => name.startsWith('docs')).length).toBeGreaterThan(10);
    expect(EXAMPLES.filter(({ name }) => !name.startsWith('docs')).length).toBeGreaterThan(6);
  });

  it('compiles', () => {
    const { config } = ts.readConfigFile(join(PROJECT, 'tsconfig.json'), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, PROJECT);
    const program = ts.createProgram([...paths.keys()], options);
    const wrong = ts
      .getPreEmitDiagnostics(program)
      .filter(({ file }) => file !== undefined && paths.has(file.fileName))
      .map(
        ({ file, messageText }) =>
          `${paths.get(file!.fileName)!.name}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      );
    expect(wrong).toEqual([]);
  });

  it.each(EXAMPLES)('runs: $name', async ({ code }) => {
    const { native } = await startHost();
    const db = new facade.Database(native, { memoryId: 120, create: true });
    if (!code.includes('CREATE TABLE note')) {
      db.exec(
        "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL); INSERT INTO note (text) VALUES ('a'), ('b'), ('c')",
      );
    }
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    const names = { ...facade, native, db };
    new Function(...Object.keys(names), outputText)(...Object.values(names));
  });
});
