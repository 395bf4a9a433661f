import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { originalPlaces } from '../link';
import {
  CanisterRejectError,
  type ExecutionRecord,
  type ServedCanister,
  serveCanister,
  traceLine,
} from '../replica';
import { DEVELOPMENT_SEED, developmentPem, developmentPrincipal } from './development-identity';
import { projectCanister } from './project-canister';
import { type NetworkOptions, parseServeOptions, SERVE_USAGE } from './serve-options';
import { UsageError } from './usage-error';

/** How a WebAssembly module begins, and a gzipped file. */
const MAGIC = ['0061736d', '1f8b'];

/** Runs a canister in a local network until the user stops it. */
export async function serve(args: string[], stopped: AbortSignal): Promise<void> {
  const options = parseServeOptions(args);
  if (!options) {
    console.log(SERVE_USAGE);
    return;
  }
  const canister = options.canister ?? (await projectCanister(stopped));
  const served = await serveModule(canister, options).catch((error: unknown) => {
    if (!(error instanceof CanisterRejectError)) throw error;
    throw new Error(`${canister} could not be installed: ${error.message}`, { cause: error });
  });
  describeServed(served, options);
  const failure = await Promise.race([served.failure, once(stopped)]);
  if (failure) throw failure;
  await served.close();
  console.log('stopped; the state is saved');
}

/**
 * Runs a module in a local network, and prints what it says. Its stack traces name the developer's sources where the link left their map.
 * @param canister path of the Wasm
 */
export function serveModule(
  canister: string,
  options: NetworkOptions & { readonly upgrade: boolean },
): Promise<ServedCanister> {
  const { port, host, state, argument, upgrade, rules, pagePrice } = options;
  const sourceMap = canister.replace(/\.wasm(\.gz)?$/, '.js.map');
  const places = existsSync(sourceMap) ? originalPlaces(sourceMap) : (text: string) => text;
  return serveCanister({
    folder: state,
    wasm: readModule(canister),
    ...(argument && { argument }),
    ...controllersOf(options),
    upgrade,
    port,
    host,
    executed: (record) => report(record, options.trace, places),
    ...(rules !== undefined && { rules }),
    ...(pagePrice !== undefined && { pagePrice }),
  });
}

/** @throws UsageError when the file cannot be read, or is no module */
function readModule(path: string): Uint8Array {
  const bytes = readOrRefuse(path);
  if (MAGIC.some((magic) => bytes.toString('hex', 0, 4).startsWith(magic))) return new Uint8Array(bytes);
  throw new UsageError(`--canister: ${path} is neither a WebAssembly module nor a gzipped one`);
}

function readOrRefuse(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`--canister: ${path} cannot be read: ${(error as Error).message}`);
  }
}

function controllersOf({ controllers }: NetworkOptions) {
  return controllers.length > 0 ? { controllers } : { firstControllers: [developmentPrincipal()] };
}

function report(record: ExecutionRecord, trace: boolean, places: (text: string) => string): void {
  for (const line of record.debug) console.log(`[canister] ${places(line)}`);
  if (trace) console.log(traceLine(record));
  else if (record.outcome.kind === 'trap')
    console.log(`${record.kind} ${record.method}: ${places(record.outcome.reject.message)}`);
}

/** Prints where a canister is reached, and as whom. */
export function describeServed(
  served: ServedCanister,
  { state, upgrade }: { readonly state: string; readonly upgrade: boolean },
): void {
  const { url, canisterId, controllers, start } = served;
  console.log(`${START[start]} in ${state}\n`);
  console.log(`  network      ${url}`);
  console.log(`  canister     ${canisterId.toText()}`);
  console.log(`  controllers  ${controllers.map((controller) => controller.toText()).join(', ')}`);
  const development = developmentPrincipal().toText();
  if (controllers.some((controller) => controller.toText() === development)) {
    const pem = join(state, 'development-identity.pem');
    writeFileSync(pem, developmentPem(), { mode: 0o600 });
    console.log(`\nThe controller is the development identity, which everybody knows:`);
    console.log(`  Ed25519KeyIdentity.generate(new TextEncoder().encode('${DEVELOPMENT_SEED}'))`);
    console.log(
      `  dfx identity import tabularium-development ${relative('.', pem)} --storage-mode plaintext`,
    );
  }
  if (served.differs && !upgrade) {
    console.log('\nThe Wasm that was given is not the one that runs: start with --upgrade to install it.');
  }
  console.log('');
}

const START: Readonly<Record<ServedCanister['start'], string>> = {
  installed: 'installed a new canister',
  resumed: 'going on with the state',
  upgraded: 'upgraded the canister',
};

function once(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
