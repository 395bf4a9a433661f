import type { Archive } from '../../catalog/archives/archive';
import { demandOf } from '../../catalog/archives/state-gate';
import type { CanisterSettings } from '../../catalog/canister-settings';
import type { CatalogObserver } from '../../catalog/catalog';
import type { SlotEntry } from '../../catalog/slots/slot-entry';
import {
  argumentLimitOf,
  METHODS,
  type Method,
  type MethodName,
  type Requirement,
  ROLES,
} from '../../src/candid';
import {
  ARCHIVE_STATES,
  ArchiveBlock,
  type ArchiveCopy,
  type MethodDeclaration,
  NATIVE_HANDLERS,
  type NativeModule,
} from '../../src/native/interface';

/** Keeps the native copy of the catalog, by which calls are let in and answered before the interpreter is entered. */
export class NativeCopy implements CatalogObserver {
  readonly #native: NativeModule;

  constructor(native: NativeModule) {
    this.#native = native;
  }

  slotChanged(entry: SlotEntry): void {
    if (entry.kind === 'archive') {
      this.#native.copyArchive(entry.slot, copyOf(entry.archive));
    } else {
      this.#native.dropArchiveCopy(entry.slot);
    }
  }

  canisterChanged(operators: readonly string[], { metricsAudience }: CanisterSettings): void {
    this.#native.copyCanister({ operators, hasAudience: metricsAudience !== 'nobody' });
  }
}

/** Whether native code knows anything else of a slot than the catalog. */
export function differsFromCopy(native: NativeModule, entry: SlotEntry): boolean {
  const copy = native.archiveCopy(entry.slot);
  if (entry.kind !== 'archive' || copy === undefined) {
    return (entry.kind === 'archive') !== (copy !== undefined);
  }
  const { sizeLimit, bucketBudget, ...expected } = copyOf(entry.archive);
  return Object.entries(expected).some(
    ([name, value]) => String(value) !== String(copy[name as keyof typeof copy]),
  );
}

/** What a message must know of an archive. */
export function copyOf(archive: Archive): ArchiveCopy {
  const { generation, id, owner, access, limits } = archive;
  return {
    generation,
    id,
    owner,
    writers: access.writers,
    readers: access.readers,
    state: bitOf(ARCHIVE_STATES, archive.life.state),
    blocks: blocksOn(archive),
    publicRead: access.publicRead,
    sizeLimit: limits.sizeLimit,
    bucketBudget: limits.bucketBudget,
    instructions: limits.budgets.instructions,
    rows: limits.budgets.rows,
    resultBytes: limits.budgets.resultBytes,
    sqlBytes: limits.budgets.sqlBytes,
    parameters: limits.budgets.parameters,
    dirtyPages: limits.budgets.dirtyPages,
  };
}

function blocksOn({ blockedReads, blockedWrites }: Archive): number {
  const reads = blockedReads?.byController ? ArchiveBlock.readsByController : ArchiveBlock.readsByOwner;
  return (blockedReads === undefined ? 0 : reads) + (blockedWrites === undefined ? 0 : ArchiveBlock.writes);
}

/** Tells native code every method. */
export function declareMethods(native: NativeModule): void {
  for (const name of Object.keys(METHODS) as MethodName[]) {
    native.declareMethod(name, declarationOf(name));
  }
}

function declarationOf(name: MethodName): MethodDeclaration {
  const { kind, roles, archive, archiveForOverseers }: Method = METHODS[name];
  const handler = NATIVE_HANDLERS.indexOf(name as (typeof NATIVE_HANDLERS)[number]);
  const asked = askedOf(archive ?? 'any');
  const ofOverseers = askedOf(archiveForOverseers ?? archive ?? 'any');
  return {
    handler: Math.max(handler, 0),
    isUpdate: kind === 'update',
    isAboutArchive: archive !== undefined,
    roles: roles.reduce((bits, role) => bits | bitOf(ROLES, role), 0),
    states: asked.states,
    blocks: asked.blocks,
    overseerStates: ofOverseers.states,
    overseerBlocks: ofOverseers.blocks,
    mostBytes: argumentLimitOf(name),
  };
}

function askedOf(requirement: Requirement): { readonly states: number; readonly blocks: number } {
  const { states, reads, writes } = demandOf(requirement);
  const readBlocks =
    (reads === true ? ArchiveBlock.readsByOwner : 0) + (reads ? ArchiveBlock.readsByController : 0);
  return {
    states: states.reduce((bits, state) => bits | bitOf(ARCHIVE_STATES, state), 0),
    blocks: readBlocks + (writes ? ArchiveBlock.writes : 0),
  };
}

function bitOf<Name>(names: readonly Name[], name: Name): number {
  return 1 << names.indexOf(name);
}
