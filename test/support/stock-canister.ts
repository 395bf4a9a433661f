import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { readTemplate } from '../../src/link/addon';
import { azle } from '../../src/link/host/azle';
import { generateCandid, type Method } from '../../src/link/host/candid';
import { appendCallSequences, fillTemplate, indexByName } from '../../src/link/host/placeholders';
import { findPackage, PACKAGE_ROOT } from '../../src/link/packages';
import { type Export, readExports, WasmModule, writeExports } from '../../src/wasm';

const run = promisify(execFile);

/** A canister as Azle builds it: its own bundle in its own template, and nothing of Tabularium. */
export async function buildStockCanister(main: string): Promise<Uint8Array> {
  const template = readTemplate(azle, PACKAGE_ROOT);
  const module = WasmModule.parse(template);
  const bundle = await bundleByAzle(main);
  fillTemplate(module, bundle, azle.version);
  const { methodMeta } = generateCandid(template, bundle, azle.version);
  const index = indexByName(module);
  const entry = (name: string, runs: string, method: Method | undefined) => ({
    name,
    calls: [{ function: index(runs), argument: method?.index ?? -1 }],
  });
  const entries = [
    ...(methodMeta.queries ?? []).map((method) =>
      entry(`canister_query ${method.name}`, 'execute_method_js', method),
    ),
    ...(methodMeta.updates ?? []).map((method) =>
      entry(`canister_update ${method.name}`, 'execute_method_js', method),
    ),
    entry('canister_init', 'init', methodMeta.init),
    entry('canister_post_upgrade', 'post_upgrade', methodMeta.post_upgrade),
    entry('canister_inspect_message', 'execute_method_js', methodMeta.inspect_message),
  ];
  const functions = appendCallSequences(module, entries);
  const exports = readExports(module).filter(({ name }) => name.startsWith('canister_') || name === 'memory');
  const added = entries.map(
    ({ name }, position): Export => ({ name, kind: 'function', index: functions[position]! }),
  );
  writeExports(module, [...exports, ...added]);
  module.filterCustom(() => false);
  return module.encode();
}

/** Azle reads its settings from the environment, so its bundler runs in a process of its own. */
async function bundleByAzle(main: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stock-'));
  const javascript = join(
    findPackage(azle.packageName, PACKAGE_ROOT).folder,
    'src/stable/build/commands/build/javascript.ts',
  );
  const script = join(folder, 'bundle.mts');
  const output = join(folder, 'bundle.js');
  try {
    await writeFile(
      script,
      `import { writeFile } from 'node:fs/promises';
       import { compile } from ${JSON.stringify(pathToFileURL(javascript).href)};
       await writeFile(${JSON.stringify(output)}, await compile(${JSON.stringify(main)}));`,
    );
    const tsx = join(findPackage('tsx', PACKAGE_ROOT).folder, 'dist', 'cli.mjs');
    await run(process.execPath, [tsx, script], {
      cwd: PACKAGE_ROOT,
      env: { ...process.env, AZLE_DFX_ROOT: PACKAGE_ROOT },
    });
    return await readFile(output, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
