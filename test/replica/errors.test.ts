import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from 'vitest';
import { PocketIc } from '../../src/replica';
import { REPLICA_ERROR_CODES } from '../../src/replica/errors';

const REPLICA = 'src/replica';

function documented(): string[] {
  const errors =
    readFileSync('docs/REPLICA.md', 'utf8')
      .split('\n## ')
      .find((section) => section.startsWith('Errors')) ?? '';
  return [...errors.matchAll(/^\| `([A-Z_]+)` \| .{6,} \| .{6,} \|$/gm)].map(([, code]) => code!);
}

describe('the codes of the replica', () => {
  it('are all documented, with what happened and what to do', () => {
    expect(documented()).toEqual([...REPLICA_ERROR_CODES]);
  });

  it('are all in use', () => {
    const code = readdirSync(REPLICA, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && file !== 'errors.ts')
      .map((file) => readFileSync(join(REPLICA, file), 'utf8'))
      .join('\n');
    expect(REPLICA_ERROR_CODES.filter((name) => !code.includes(`'${name}'`))).toEqual([]);
  });

  it('tell wrong uses apart', async () => {
    const pic = await PocketIc.create();
    const canisterId = await pic.createCanister();
    const inspector = pic.inspect(canisterId);
    const uses: [string, () => unknown][] = [
      ['TIME_GOES_BACK', () => pic.advanceTime(-1)],
      ['CANISTER_EXISTS', () => pic.createCanister({ targetCanisterId: canisterId })],
      ['SUBNET_NOT_FOUND', () => pic.createCanister({ targetSubnetId: Principal.managementCanister() })],
      ['NOT_RECORDED', () => inspector.last()],
      ['NOT_SUPPORTED', () => PocketIc.create(undefined, { nns: { state: { type: 'new' } } })],
    ];
    for (const [code, use] of uses) {
      await expect((async () => use())(), code).rejects.toMatchObject({ name: 'ReplicaError', code });
    }
    await pic.tearDown();
    await expect(pic.createCanister()).rejects.toMatchObject({ code: 'TORN_DOWN' });
  });
});
