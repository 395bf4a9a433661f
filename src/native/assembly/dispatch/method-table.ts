// What is known of every method: its arguments' types, and what TypeScript declares when the service starts: who may call it, what its archive must be like, how large
// its argument may be, and whether native code answers it. Found by the hash of its name, which the link puts into the
// method's export.
//
// offset  size  field
//      0     4  hash of the name, as Candid hashes fields
//      4     4  where the name lies
//      8     4  bytes that its argument may have
//     12     4  who may call it: a sum of Roles
//     16     1  length of the name
//     17     1  which native code answers it: a Handler
//     18     1  1 for an update
//     19     1  1 for a method that is about an archive
//     20     1  states that the archive may be in: a sum of States
//     21     1  blocks that stand against it: a sum of Blocks
//     22     1  the same two for operators and controllers
//     23     1
//     24     8  the plan of its arguments' types, which the table holds; UNDEFINED without one
//     32     1  1 once it is declared

import { HostPointer } from '../externals/addresses';
import { JSValue } from '../externals/quickjs';
import { UNDEFINED } from '../quickjs/values';

/** Who a caller may be: catalog/access/method-table.ts. */
export enum Role {
  Owner = 1,
  Writer = 2,
  Reader = 4,
  Operator = 8,
  Controller = 16,
  Public = 32,
  Audience = 64,
  Signed = 128,
}

/** States of an archive: catalog/archives/archive.ts. */
export enum State {
  Active = 1,
  Importing = 2,
  Deleted = 4,
  Purging = 8,
  Migrating = 16,
  Damaged = 32,
}

/** Blocks on an archive. */
export enum Block {
  ReadsByOwner = 1,
  ReadsByController = 2,
  Writes = 4,
}

/** What answers a method. */
export enum Handler {
  JavaScript = 0,
  Execute = 1,
  Batch = 2,
  Query = 3,
  First = 4,
  QueryPage = 5,
  ExportChunk = 6,
  ImportChunk = 7,
  /** The interpreter, for whoever asks through a gateway: the method refuses by itself, and is not called as an update. */
  Gateway = 8,
}

@unmanaged
export class Method {
  hash: u32;
  name: HostPointer;
  mostBytes: u32;
  roles: u32;
  nameLength: u8;
  handler: u8;
  isUpdate: u8;
  isAboutArchive: u8;
  states: u8;
  blocks: u8;
  overseerStates: u8;
  overseerBlocks: u8;
  plan: JSValue;
  isDeclared: u8;
}

const MOST_METHODS: u32 = 128;
const BUCKETS: u32 = 512;
export const LONGEST_NAME: u32 = 32;

/** Number of the method + 1 by the hash of its name; one that is taken sends on to the next. */
const index: HostPointer = <u32>memory.data(512);
const methods: HostPointer = <u32>memory.data(5120, 8);
const names: HostPointer = <u32>memory.data(4096, 8);
let count: u32 = 0;

/** Methods that are declared: none in a canister that is no archive manager. */
let declared: u32 = 0;

export function hasDeclaredMethods(): bool {
  return declared !== 0;
}

export function markDeclared(method: Method): void {
  if (method.isDeclared === 0) declared++;
  method.isDeclared = 1;
}

/** The place of a method, made if need be; null when there is no room, or its name is too long or hashes like another's. */
export function methodCalled(name: HostPointer, length: u32): Method | null {
  const hash = hashOf(name, length);
  const known = findMethod(hash);
  if (known !== null) return <u32>known.nameLength === length ? known : null;
  if (count === MOST_METHODS || length > LONGEST_NAME) return null;
  const method = methodNumbered(count);
  memory.fill(<u32>changetype<usize>(method), 0, offsetof<Method>());
  method.hash = hash;
  method.plan = UNDEFINED;
  method.name = names + count * LONGEST_NAME;
  method.nameLength = <u8>length;
  memory.copy(method.name, name, length);
  count++;
  let bucket = hash % BUCKETS;
  while (load<u8>(index + bucket) !== 0) bucket = (bucket + 1) % BUCKETS;
  store<u8>(index + bucket, count);
  return method;
}

/** The method whose name has a hash; null when there is none. */
export function findMethod(hash: u32): Method | null {
  for (let bucket = hash % BUCKETS; load<u8>(index + bucket) !== 0; bucket = (bucket + 1) % BUCKETS) {
    const method = methodNumbered(<u32>load<u8>(index + bucket) - 1);
    if (method.hash === hash) return method;
  }
  return null;
}

function methodNumbered(number: u32): Method {
  return changetype<Method>(<usize>(methods + number * <u32>offsetof<Method>()));
}

/** Candid's hash of a name (https://github.com/dfinity/candid/blob/master/spec/Candid.md, "Shorthand: Symbolic Field Ids"). */
export function hashOf(name: HostPointer, length: u32): u32 {
  let hash: u32 = 0;
  for (let at: u32 = 0; at < length; at++) hash = hash * 223 + load<u8>(name + at);
  return hash;
}
