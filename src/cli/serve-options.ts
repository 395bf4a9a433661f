import { parseArgs } from 'node:util';
import { Principal } from '@dfinity/principal';
import { UsageError } from './usage-error';

/** The options of a local network, whatever runs in it. */
export const NETWORK_USAGE = `  --port <number>           port to listen on; 0 for any that is free (4944)
  --host <address>          address to listen on (127.0.0.1)
  --state <folder>          where the state is kept (.tabularium/network)
  --argument <hex>          Candid-encoded argument of the installation or upgrade ((null): no options)
  --controller <principal>  controls the canister; may be repeated (the development identity)
  --trace                   print a line for every execution: instructions, pages, stable reads and writes
  --rules <month>           what touched pages cost: as in 2025-10, or since 2026-07 (docs/REPLICA.md)
  --page-price <number>     instructions for a touched page of 4 KiB, since 2026-07 (5000)`;

export const SERVE_USAGE = `tabularium serve [options]

Runs a canister in a local network with its state in a folder, and answers the IC's HTTP interface.

  --canister <file>         Wasm to install, gzipped or not (the archive manager)
  --upgrade                 upgrade to the Wasm where another one is installed
${NETWORK_USAGE}
  --help                    this text

A new folder gets the canister installed; a folder that has one goes on where it was. Stop with Ctrl-C; a
second one does not wait for the message that is running.`;

export interface NetworkOptions {
  readonly port: number;
  readonly host: string;
  readonly state: string;
  readonly argument: Uint8Array | undefined;
  /** Empty for whoever controls the canister already, or the development identity. */
  readonly controllers: readonly Principal[];
  readonly trace: boolean;
  readonly rules: string | undefined;
  readonly pagePrice: number | undefined;
}

export interface ServeOptions extends NetworkOptions {
  /** Path; the archive manager when undefined. */
  readonly canister: string | undefined;
  readonly upgrade: boolean;
}

/** As `parseArgs` wants them. */
export const NETWORK_OPTIONS = {
  port: { type: 'string', default: '4944' },
  host: { type: 'string', default: '127.0.0.1' },
  state: { type: 'string', default: '.tabularium/network' },
  argument: { type: 'string' },
  controller: { type: 'string', multiple: true },
  trace: { type: 'boolean', default: false },
  rules: { type: 'string' },
  'page-price': { type: 'string' },
} as const;

/** What `parseArgs` makes of {@link NETWORK_OPTIONS}. */
interface NetworkValues {
  readonly port: string;
  readonly host: string;
  readonly state: string;
  readonly argument?: string | undefined;
  readonly controller?: string[] | undefined;
  readonly trace: boolean;
  readonly rules?: string | undefined;
  readonly 'page-price'?: string | undefined;
}

/** @throws UsageError */
export function networkOptions(values: NetworkValues): NetworkOptions {
  return {
    port: portOf(values.port),
    host: values.host,
    state: values.state,
    argument: values.argument === undefined ? undefined : hexBytes(values.argument),
    controllers: (values.controller ?? []).map(controller),
    trace: values.trace,
    rules: values.rules,
    pagePrice: values['page-price'] === undefined ? undefined : Number(values['page-price']),
  };
}

/** @returns undefined when only help is asked for @throws UsageError */
export function parseServeOptions(args: string[]): ServeOptions | undefined {
  const { values } = parsed(args);
  if (values.help) return undefined;
  return { ...networkOptions(values), canister: values.canister, upgrade: values.upgrade };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        ...NETWORK_OPTIONS,
        canister: { type: 'string' },
        upgrade: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${SERVE_USAGE}`);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new UsageError(`--port: '${text}' is not a port`);
}

function hexBytes(text: string): Uint8Array {
  if (/^(?:[0-9a-f]{2})*$/i.test(text)) return new Uint8Array(Buffer.from(text, 'hex'));
  throw new UsageError('--argument: Candid bytes are written in hexadecimal, such as 4449444c00017f');
}

function controller(text: string): Principal {
  const principal = principalOf(text);
  if (!principal.isAnonymous()) return principal;
  throw new UsageError(
    `--controller: '${text}' is the anonymous principal, as which everybody can call: the canister would be controlled by whoever reaches it. Leave the option out for the development identity`,
  );
}

function principalOf(text: string): Principal {
  try {
    return Principal.fromText(text);
  } catch {
    throw new UsageError(`--controller: '${text}' is not a principal`);
  }
}
