import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { SoftwarePart } from '../engine/descriptor';
import { LinkError } from '../errors';
import { findPackage, PACKAGE_ROOT } from '../packages';
import { type AddressMap, nativeConstants } from './address-map';

const run = promisify(execFile);

/** What the relocated engine calls for its bulk memory instructions, whatever else the native module exports. */
const BULK_MEMORY = 'src/native/assembly/engine/bulk-memory.ts';

export const COMPILER_PACKAGE = 'assemblyscript';

/** What of the compiler gets into the native module. */
export const COMPILER_PARTS: readonly SoftwarePart[] = [
  {
    name: 'AssemblyScript standard library',
    license: 'Apache-2.0',
    source: 'https://github.com/AssemblyScript/assemblyscript',
    text: { from: 'package', file: 'LICENSE' },
  },
  {
    name: 'AssemblyScript authors and portions by others',
    license: 'Apache-2.0',
    source: 'https://github.com/AssemblyScript/assemblyscript/blob/main/NOTICE',
    text: { from: 'package', file: 'NOTICE' },
  },
];

/**
 * Compiles the native module (AssemblyScript) for its place in the address map.
 * @param entry path of its entry file
 * @param form `symbols`: not optimised, so that every constant and address is still there as a global with its name
 * @param signal gives up when it fires
 * @returns WebAssembly with names, importing the one memory and the one table
 */
export async function compileNative(
  entry: string,
  map: AddressMap,
  form: 'optimised' | 'symbols',
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const compiler = join(findPackage(COMPILER_PACKAGE, PACKAGE_ROOT).folder, 'bin', 'asc.js');
  const folder = await mkdtemp(join(tmpdir(), 'native-'));
  const output = join(folder, 'native.wasm');
  try {
    const constants = Object.entries(nativeConstants(map)).flatMap(([name, value]) => [
      '--use',
      `${name}=${value}`,
    ]);
    await run(
      process.execPath,
      [
        compiler,
        // Relative to the package, so that no file name that reaches the module tells where the package lies.
        relative(PACKAGE_ROOT, entry),
        BULK_MEMORY,
        '--outFile',
        output,
        '--runtime',
        'stub',
        '--importMemory',
        '--importTable',
        '--memoryBase',
        String(map.nativeBase),
        '--tableBase',
        String(map.nativeTableBase),
        ...constants,
        // A failed assertion is a Wasm trap; messages for people go through ic0.trap.
        '--use',
        'abort=',
        '--enable',
        'simd',
        '--debug',
        ...(form === 'optimised' ? ['-O3'] : []),
      ],
      { cwd: PACKAGE_ROOT, maxBuffer: 1 << 24, ...(signal && { signal }) },
    );
    return await readFile(output);
  } catch (error) {
    signal?.throwIfAborted();
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new LinkError(
      'tool-failed',
      `the AssemblyScript compiler refused ${entry}:\n${stderr || message}`,
      'Correct the source',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
