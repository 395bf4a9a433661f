import { randomBytes } from 'node:crypto';
import type { Principal } from '@dfinity/principal';
import type { Canister } from '../canister/canister';
import { defaultSettings } from '../canister/canister-settings';
import { ReplicaError } from '../errors';
import type { ExecutionRecord } from '../execution/execution-record';
import { HttpServer } from '../http/http-server';
import { choosePagePrices } from '../instruction-prices';
import { FolderLock } from '../state/folder-lock';
import { FolderFiles } from '../state/state-files';
import { StateJournal } from '../state/state-journal';
import { LocalNetwork } from './local-network';

export interface ServeCanisterOptions {
  /** Where the state is kept; a new folder begins with an empty network. */
  readonly folder: string;
  /** Module to install, gzipped or not. */
  readonly wasm: Uint8Array;
  /** Candid-encoded argument of an installation or upgrade; `(null)` by default. */
  readonly argument?: Uint8Array;
  /** Who controls the canister from now on. */
  readonly controllers?: readonly Principal[];
  /** Who controls a canister that is installed now, where `controllers` says nothing. */
  readonly firstControllers?: readonly Principal[];
  /** Upgrade a canister that runs another module. */
  readonly upgrade?: boolean;
  /** 0 for any that is free. */
  readonly port: number;
  readonly host?: string;
  /** Told of every execution. */
  readonly executed?: (record: ExecutionRecord) => void;
  /** By which rules touched pages are charged, and what one of 4 KiB costs; see `ReplicaOptions`. */
  readonly rules?: string;
  readonly pagePrice?: number;
}

/** A canister that agents can talk to. */
export interface ServedCanister {
  readonly url: string;
  readonly canisterId: Principal;
  readonly controllers: readonly Principal[];
  /** DER of the key that certificates are verified with. */
  readonly rootKey: Uint8Array;
  readonly start: 'installed' | 'resumed' | 'upgraded';
  /** Whether the canister runs another module than the one that was given. */
  readonly differs: boolean;
  /** Settles when the network cannot go on. */
  readonly failure: Promise<Error>;
  /** Saves the state and ends the network. */
  close(): Promise<void>;
}

const DEFAULT_CYCLES = 1_000_000_000_000_000_000n;
/** `DIDL`, no types, one value: `(null)`. Canisters that take no argument overlook it, and those that take an option take it as none. */
const NO_OPTIONS = Uint8Array.of(0x44, 0x49, 0x44, 0x4c, 0, 1, 0x7f);

/**
 * Runs one canister in a local network whose state is kept in a folder.
 * @throws ReplicaError when the folder is in use or damaged, or there are no such rules
 * @throws CanisterRejectError when the installation or upgrade fails; nothing has changed then
 */
export async function serveCanister(options: ServeCanisterOptions): Promise<ServedCanister> {
  const prices = choosePagePrices(options.rules, options.pagePrice);
  const files = new FolderFiles(options.folder);
  const lock = FolderLock.take(options.folder);
  try {
    const seed = randomBytes(32).toString('hex');
    const network = LocalNetwork.open(StateJournal.open(files), seed, {
      prices,
      ...(options.executed && { executed: options.executed }),
    });
    const { canister, start } = prepare(network, options);
    const server = await HttpServer.listen(network, options.port, options.host);
    network.start();
    return {
      url: server.url,
      canisterId: canister.principal,
      controllers: canister.settings.controllers,
      rootKey: network.subnet.rootKey,
      start,
      differs: !runs(canister, options.wasm),
      failure: network.failure,
      close: async () => {
        await server.close();
        network.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function prepare(network: LocalNetwork, options: ServeCanisterOptions) {
  const { wasm, argument = NO_OPTIONS, controllers, firstControllers = [] } = options;
  const [present] = network.subnet.canisters.all;
  if (present && controllers) network.change(() => Object.assign(present.settings, { controllers }));
  if (present && (!options.upgrade || runs(present, wasm)))
    return { canister: present, start: 'resumed' } as const;
  return network.change((subnet) => {
    const settings = defaultSettings(controllers ?? firstControllers);
    const canister = present ?? subnet.create(settings, DEFAULT_CYCLES);
    const [controller] = canister.settings.controllers;
    if (!controller)
      throw new ReplicaError(
        'NO_CONTROLLER',
        'a canister without controllers cannot be installed or upgraded',
      );
    const sender = controller.toUint8Array();
    subnet.install(canister, { mode: present ? 'upgrade' : 'install', wasm, argument, sender });
    return { canister, start: present ? 'upgraded' : 'installed' } as const;
  });
}

function runs({ installation }: Canister, wasm: Uint8Array): boolean {
  return installation !== undefined && Buffer.compare(installation.instance.code.wasm, wasm) === 0;
}
