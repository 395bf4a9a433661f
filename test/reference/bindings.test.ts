import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generate } from '@icp-sdk/bindgen/core';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from '../../src/candid';

// What others' tools make of the interface. Rust needs cargo, and some minutes the first time: `npm run test:rust`.

const DID = 'canister/index.did';
const METHOD_NAMES = Object.keys(METHODS);

describe('TypeScript bindings by @icp-sdk/bindgen', () => {
  let folder: string;
  let declarations: string;

  beforeAll(async () => {
    folder = mkdtempSync(join('.tabularium', 'bindings-'));
    await generate({
      didFile: DID,
      outDir: folder,
      output: { actor: { disabled: true }, declarations: { flat: true } },
    });
    declarations = readFileSync(join(folder, 'index.did.d.ts'), 'utf8');
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('have one type for errors, and name every record that a method mentions', () => {
    expect(declarations.match(/'extended_code'/g)).toHaveLength(1);
    expect(declarations).toContain('export interface Failure {');
    const service = declarations.slice(declarations.indexOf('export interface _SERVICE'));
    expect(service).not.toMatch(/ActorMethod<\s*\[[^\]]*\{/);
    const called = [...service.matchAll(/^ {2}'(\w+)' : ActorMethod</gm)].map(([, name]) => name);
    expect(called.sort()).toEqual([...METHOD_NAMES].sort());
    const types = [...declarations.matchAll(/^export (?:interface|type) (\w+)/gm)];
    expect(types.length).toBeLessThan(180);
  });

  it('hand the sentences on', () => {
    expect(declarations).toContain(` * ${METHODS.rename_archive.says}\n`);
    expect(declarations).toContain(
      ' * `id@generation` is the reference that will never mean another archive.\n',
    );
  });

  it('are of use to who writes a client', () => {
    const file = join(folder, 'client.ts');
    writeFileSync(
      file,
      `import type { _SERVICE, Archive, ArchiveResult, Failure } from './index.did';
      export async function rename(service: _SERVICE, id: string): Promise<Archive> {
        const result: ArchiveResult = await service.rename_archive('a', id);
        if ('ok' in result) return result.ok;
        const failure: Failure = result.err;
        throw new Error(failure.code);
      }`,
    );
    const program = ts.createProgram([file], {
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      noEmit: true,
      types: [],
    });
    const problems = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  });
});

describe.skipIf(process.env.TABULARIUM_RUST !== '1')('Rust bindings by candid_parser', () => {
  it('have one type for errors, and a name for every record', { timeout: 600_000 }, () => {
    const code = execFileSync('cargo', ['run', '--quiet', '--locked', '--', resolve(DID)], {
      cwd: 'test/reference/rust-bindings',
      encoding: 'utf8',
      env: { ...process.env, CARGO_TARGET_DIR: resolve('.tabularium/rust-bindings') },
    });
    expect(code.match(/pub extended_code/g)).toHaveLength(1);
    expect(code).toContain('pub struct Failure {');
    // What has no name in the interface is called after where it stands: `RenameArchiveRet`, `ArchiveDescriptionImportInner`.
    const types = [...code.matchAll(/^pub (?:struct|enum) (\w+)/gm)].map(([, name]) => name!);
    expect(types.filter((name) => /Ret\d*$|Arg\d*$|Inner|Item$/.test(name))).toEqual([]);
    for (const name of METHOD_NAMES) expect(code).toMatch(new RegExp(`pub async fn (?:r#)?${name}\\(`));
  });
});
