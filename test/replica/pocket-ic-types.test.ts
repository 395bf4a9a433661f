import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('pocket-ic-types', import.meta.url));
const SURFACE = join(FOLDER, 'surface.ts');

/** What the compiler says of the surface, with `replace` made in its text. */
function diagnostics(replace?: readonly [string, string]): string[] {
  const config = join(FOLDER, 'tsconfig.json');
  const { fileNames, options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    dirname(config),
  );
  const host = ts.createCompilerHost(options);
  const readSource = host.getSourceFile.bind(host);
  host.getSourceFile = (name, language) => {
    if (!replace || ts.sys.resolvePath(name) !== SURFACE) return readSource(name, language);
    const text = readFileSync(name, 'utf8');
    expect(text).toContain(replace[0]);
    return ts.createSourceFile(name, text.replace(...replace), language);
  };
  const program = ts.createProgram(fileNames, options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe("the replica's interface", () => {
  it("stands wherever PocketIC's client is expected", () => {
    expect(diagnostics()).toEqual([]);
  }, 120_000);

  it('is really compared: an undeclared method of its own is found', () => {
    const found = diagnostics(["type OwnMethod = 'inspect'", "type OwnMethod = 'other'"]);
    expect(found.join('\n')).toContain(`Type '"inspect"' does not satisfy the constraint '"other"'`);
  }, 120_000);
});
