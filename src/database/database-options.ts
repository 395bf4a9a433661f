import type { NativeConnection, NativeModule } from '../native/interface';
import { booleanOption, countOption, requireOptions } from './options';

interface CommonOptions {
  /** Refuses whatever would change the archive (`SQLITE_READONLY`). Default false. */
  readonly readonly?: boolean;
  /** Most statements that `Database.query` keeps prepared, at least 1. Default 64. */
  readonly cachedStatements?: number;
}

/** Opens the archive in a slot. */
export interface SlotOptions extends CommonOptions {
  /** MemoryId of the archive's slot, 0 to 110 or 120 to 254. */
  readonly memoryId: number;
  /** True formats a slot that was never written; false (the default) opens the archive that is there. */
  readonly create?: boolean;
}

/** Takes a connection that is open already. Closing the database closes it. */
export interface ConnectionOptions extends CommonOptions {
  readonly connection: NativeConnection;
}

export type DatabaseOptions = SlotOptions | ConnectionOptions;

const SLOT_OPTIONS = ['memoryId', 'create', 'readonly', 'cachedStatements'] as const;
const CONNECTION_OPTIONS = ['connection', 'readonly', 'cachedStatements'] as const;

/** A statement of ordinary size takes some kilobytes of its archive's memory. */
const DEFAULT_CACHED_STATEMENTS = 64;

export function readDatabaseOptions(options: DatabaseOptions): Required<CommonOptions> {
  const isConnection = typeof options === 'object' && options !== null && 'connection' in options;
  requireOptions(options, isConnection ? CONNECTION_OPTIONS : SLOT_OPTIONS);
  return {
    readonly: booleanOption(options, 'readonly', false),
    cachedStatements: countOption(options, 'cachedStatements', DEFAULT_CACHED_STATEMENTS),
  };
}

export function connectionOf(native: NativeModule, options: DatabaseOptions): NativeConnection {
  if ('connection' in options) return options.connection;
  const { memoryId } = options;
  return booleanOption(options, 'create', false) ? native.create(memoryId, 0) : native.open(memoryId);
}
