import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, watch } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LinkError, type LinkedCanister, linkCanister } from '../link';
import { CanisterRejectError, type ServedCanister } from '../replica';
import { describeServed, serveModule } from './serve';
import { NETWORK_OPTIONS, NETWORK_USAGE, type NetworkOptions, networkOptions } from './serve-options';
import { UsageError } from './usage-error';

const DEV_USAGE = `tabularium dev <entry file> [options]

Links an Azle canister and runs it in a local network. Each time a file changes that it is made of, it is linked again and upgraded, with
what it has stored. Run it in the project's folder, and stop it with Ctrl-C.

  --test <command>          run after each upgrade, such as --test "npm test"
  --no-check                do not check types
${NETWORK_USAGE}
  --help                    this text`;

/** Milliseconds in which further changes are waited for: editors write several files, or one in several steps. */
const SETTLING = 150;

interface DevOptions extends NetworkOptions {
  readonly main: string;
  readonly test: string | undefined;
  readonly check: boolean;
}

/** Links, serves, and does both again on each change, until the user stops it. */
export async function dev(args: string[], stopped: AbortSignal): Promise<void> {
  const options = parseDevOptions(args);
  if (!options) {
    console.log(DEV_USAGE);
    return;
  }
  const folder = dirname(resolve(options.main));
  let sources: readonly string[] = [];
  let served: ServedCanister | undefined;
  let port = options.port;
  while (!stopped.aborted) {
    const startedAt = Date.now();
    const linked = await attempt(() => build(options, stopped), stopped);
    if (linked) {
      sources = linked.sources;
      // The network keeps its state in its folder, and its port: agents see a pause, no other network.
      await served?.close();
      served = await attempt(() => serveModule(linked.wasm, { ...options, port, upgrade: true }), stopped);
      if (served) {
        port = Number(new URL(served.url).port);
        describeServed(served, { ...options, upgrade: true });
        if (options.test !== undefined) await runTests(options.test);
      }
    }
    if (!stopped.aborted) await changed(() => [...sourcesIn(folder), ...sources], startedAt, stopped, served);
  }
  await served?.close();
  console.log('stopped; the state is saved');
}

/** What the work answers; undefined when the developer has something to mend, which is told. */
async function attempt<T>(work: () => Promise<T>, stopped: AbortSignal): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (stopped.aborted) return undefined;
    if (!(error instanceof LinkError || error instanceof CanisterRejectError)) throw error;
    console.error(`${error.message}\n\nwaiting for a change`);
    return undefined;
  }
}

async function build({ main, check }: DevOptions, signal: AbortSignal): Promise<LinkedCanister> {
  const started = performance.now();
  const linked = await linkCanister({ main, root: process.cwd(), outDir: resolve('dist'), check, signal });
  console.log(
    `linked ${relative('.', linked.wasm)} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  return linked;
}

/** Tests are the developer's: what they print is shown, and their failing stops nothing. */
function runTests(command: string): Promise<void> {
  console.log(`\n> ${command}`);
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, stdio: 'inherit' });
    child.once('exit', (code) => {
      console.log(code === 0 ? 'tests passed\n' : `tests failed (${code})\n`);
      resolve();
    });
  });
}

/**
 * Settles when a file is changed, new or gone since the link began, or the user stops.
 * @param files all that the canister is made of, or may be by its next link
 * @throws when the network cannot go on
 */
async function changed(
  files: () => readonly string[],
  startedAt: number,
  stopped: AbortSignal,
  served: ServedCanister | undefined,
): Promise<void> {
  const wake = new AbortController();
  const failed = served?.failure.then((failure) => {
    throw failure;
  });
  const present = files();
  const before = digest(present);
  const noticed = new Promise<void>((resolve) => {
    stopped.addEventListener('abort', () => resolve(), { once: true, signal: wake.signal });
    let timer: NodeJS.Timeout | undefined;
    const look = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (digest(files()) !== before) resolve();
      }, SETTLING);
    };
    const folders = new Set(present.map((file) => dirname(file)));
    for (const folder of folders) watch(folder, { signal: wake.signal }, look).on('error', () => {});
    if (present.some((file) => changedAt(file) > startedAt)) resolve();
  });
  try {
    await (failed ? Promise.race([noticed, failed]) : noticed);
  } finally {
    wake.abort();
  }
}

/** TypeScript and JavaScript in a folder and below it, without what tools keep there. */
function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(?:\.|node_modules$|dist$)/.test(entry.name) ? [] : sourcesIn(path);
    return /\.[cm]?[jt]s$/.test(entry.name) ? [path] : [];
  });
}

/** Milliseconds since 1970; 0 when it is not there. */
function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** SHA-256 of the files' names and contents. */
function digest(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(file).update('\0');
    if (changedAt(file) > 0) hash.update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** @returns undefined when only help is asked for @throws UsageError */
function parseDevOptions(args: string[]): DevOptions | undefined {
  const { values, positionals } = parsed(args);
  if (values.help) return undefined;
  const [main, ...more] = positionals;
  if (main === undefined) throw new UsageError(`which entry file?\n\n${DEV_USAGE}`);
  if (more.length > 0) throw new UsageError(`one entry file, not also ${more.join(', ')}\n\n${DEV_USAGE}`);
  return { ...networkOptions(values), main, test: values.test, check: !values['no-check'] };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...NETWORK_OPTIONS,
        test: { type: 'string' },
        'no-check': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${DEV_USAGE}`);
  }
}
