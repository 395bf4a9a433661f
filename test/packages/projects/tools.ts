// Scripts and tests around a canister: the link, the library in Node, the replica.
import { IDL } from '@dfinity/candid';
import { CanisterRejectError, PocketIc } from '@tabularium/replica';
import { Database, SqliteError } from 'tabularium/database';
import { LinkError, linkCanister, linkNode } from 'tabularium/link';
import { readMigrations } from 'tabularium/migrations/folder';
import { BufferStableMemory, NodeHost } from 'tabularium/node';

interface Notes {
  add(text: string): Promise<number>;
  find(pattern: string): Promise<string[]>;
}

const idlFactory: IDL.InterfaceFactory = ({ IDL }) =>
  IDL.Service({
    add: IDL.Func([IDL.Text], [IDL.Nat32], []),
    find: IDL.Func([IDL.Text], [IDL.Vec(IDL.Text)], ['query']),
  });

/** What a canister says of two notes, before and after an upgrade. */
export async function notesIn(wasm: string): Promise<string[][]> {
  const pic = await PocketIc.create();
  const { actor, canisterId } = await pic.setupCanister<Notes>({ idlFactory, wasm });
  for (const note of ['buy milk', 'sleep']) await actor.add(note);
  const before = await actor.find('%milk');
  await pic.upgradeCanister({ canisterId, wasm, arg: new Uint8Array(IDL.encode([], [])) });
  return [before, await actor.find('%milk')];
}

/** The engine without a canister. */
export async function sumInNode(folder: string): Promise<number | string> {
  const { bytes } = await linkNode({ outDir: folder });
  const { native } = new NodeHost({ module: bytes, stableMemory: new BufferStableMemory() });
  const database = new Database(native, { memoryId: 120, create: true });
  try {
    return database.prepare<number>('SELECT sum(column1) FROM (VALUES (1), (2), (3))').pluck().one();
  } catch (error) {
    if (error instanceof SqliteError) return error.code;
    throw error;
  }
}

export async function linkFails(main: string, outDir: string): Promise<string> {
  try {
    readMigrations(outDir);
    await linkCanister({ main, outDir });
  } catch (error) {
    if (error instanceof LinkError) return error.code;
    if (error instanceof CanisterRejectError) return String(error.errorCode);
  }
  return 'no error';
}
