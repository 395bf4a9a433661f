import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkCanister } from '../link';
import { type ExecutionRecord, type ServedCanister, serveCanister, traceLine } from '../replica';
import { DEVELOPMENT_SEED, developmentPem, developmentPrincipal } from './development-identity';
import { parseServeOptions, SERVE_USAGE, type ServeOptions } from './serve-options';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a canister in a local network until the user stops it. */
export async function serve(args: string[], stopped: AbortSignal): Promise<void> {
  const options = parseServeOptions(args);
  if (!options) {
    console.log(SERVE_USAGE);
    return;
  }
  const { port, host, state, argument, upgrade } = options;
  const served = await serveCanister({
    folder: state,
    wasm: new Uint8Array(readFileSync(options.canister ?? (await projectCanister()))),
    ...(argument && { argument }),
    ...controllersOf(options),
    upgrade,
    port,
    host,
    executed: (record) => report(record, options.trace),
  });
  describe(served, options);
  const failure = await Promise.race([served.failure, once(stopped)]);
  if (failure) throw failure;
  await served.close();
  console.log('stopped; the state is saved');
}

async function projectCanister(): Promise<string> {
  const wasm = join(PROJECT, 'dist', 'tabularium.wasm');
  if (existsSync(wasm)) return wasm;
  console.log('building the canister');
  return (
    await linkCanister({
      main: 'canister/index.ts',
      root: PROJECT,
      name: 'tabularium',
      outDir: join(PROJECT, 'dist'),
    })
  ).wasm;
}

function controllersOf({ controllers }: ServeOptions) {
  return controllers.length > 0 ? { controllers } : { firstControllers: [developmentPrincipal()] };
}

function report(record: ExecutionRecord, trace: boolean): void {
  for (const line of record.debug) console.log(`[canister] ${line}`);
  if (trace) console.log(traceLine(record));
  else if (record.outcome.kind === 'trap')
    console.log(`${record.kind} ${record.method}: ${record.outcome.reject.message}`);
}

function describe(served: ServedCanister, { state, upgrade }: ServeOptions): void {
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
