import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { beforeAll, describe, expect, it } from 'vitest';
import { METHODS, type MethodName, type Role } from '../../src/candid';
import { functions, plainArguments } from '../support/plain-arguments';
import { ALICE, ANONYMOUS, InstalledTabularium, OPERATOR, principalOf } from '../support/tabularium';

const names = Object.keys(METHODS) as MethodName[];

/** A caller who holds nothing but the role, for the archive 'hers'. */
const CALLERS: Partial<Record<Role, Principal>> = {
  owner: ALICE,
  writer: principalOf('writer'),
  reader: principalOf('reader'),
  operator: principalOf('upkeep'),
  controller: OPERATOR,
  signed: principalOf('stranger'),
};
const CALLING_ROLES = Object.keys(CALLERS) as Role[];
/** What takes roles away from the others, or changes what may be called. */
const UNSETTLING: readonly MethodName[] = [
  'set_archive_access',
  'set_operators',
  'configure_archive',
  'configure_canister',
  'block_archive',
  'quarantine_archive',
];

let canister: InstalledTabularium;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
  await canister.client().createArchive('hers', ALICE);
  await settle();
});

/** Gives everybody the role that the test goes by. */
async function settle(): Promise<void> {
  const controller = canister.actor(OPERATOR);
  const admin = canister.client().administer('hers');
  await admin.liftQuarantine().catch(() => undefined);
  await admin.unblock('reads');
  await admin.changeAccess({ writers: [CALLERS.writer!], readers: [CALLERS.reader!], public_read: false });
  await admin.configure({ delete_protection: true });
  await controller.set_operators([CALLERS.operator!]);
}

it('has every method of the Candid interface, and no other', () => {
  expect(names.sort()).toEqual([...functions.keys()].sort());
  for (const name of names) {
    expect([name, functions.get(name)!.annotations.includes('query')]).toEqual([
      name,
      METHODS[name].kind === 'query',
    ]);
  }
});

describe('the canister obeys the table in', () => {
  it.each(names.filter((name) => name !== 'http_request'))('%s', async (name) => {
    for (const role of [...CALLING_ROLES, 'anonymous'] as const) {
      const caller = role === 'anonymous' ? ANONYMOUS : CALLERS[role]!;
      const roles: readonly Role[] = METHODS[name].roles;
      const allowed = role !== 'anonymous' && (roles.includes(role) || roles.includes('signed'));
      expect([role, await isRefused(name, caller)]).toEqual([role, !allowed]);
      if (allowed && UNSETTLING.includes(name)) await settle();
    }
  });
});

/** Whether the roles refuse the call. Any other answer is one of the method itself. */
async function isRefused(name: MethodName, sender: Principal): Promise<boolean> {
  const { retTypes, annotations } = functions.get(name)!;
  const arg = plainArguments(name, 'hers');
  const call = { canisterId: canister.canisterId, method: name, sender, arg };
  try {
    const reply = annotations.includes('query')
      ? await canister.pic.queryCall(call)
      : await canister.pic.updateCall(call);
    const [answer] = IDL.decode(retTypes, reply) as unknown as [{ err?: { code: string } }];
    return answer.err?.code === 'NOT_AUTHORISED';
  } catch (error) {
    if (!/rejected the message/.test((error as Error).message)) throw error;
    return true;
  }
}
