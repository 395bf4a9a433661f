import { expect, it } from 'vitest';
import { followModel } from '../catalog/model/history';
import { OK } from '../catalog/model/reference-model';
import { CanisterSystem } from './model/canister-system';

/** `npm run test:model` sets more. */
const OPERATIONS = Number(process.env.TABULARIUM_MODEL_OPERATIONS ?? 1_000);
const SEED = Number(process.env.TABULARIUM_MODEL_SEED ?? 20_261_121);

it(`agrees with the model in ${OPERATIONS} random operations, with upgrades and traps`, async () => {
  const outcomes = await followModel(await CanisterSystem.install(), {
    seed: SEED,
    operations: OPERATIONS,
    upgrades: 0.005,
    compareEvery: 50,
  });
  const seen = [...outcomes.keys()];
  expect(seen).toEqual(
    expect.arrayContaining([
      OK,
      'trapped',
      'NOT_AUTHORISED',
      'REFERENCE_STALE',
      'ARCHIVE_NOT_FOUND',
      'ARCHIVE_EXISTS',
      'ARCHIVE_DELETED',
      'ARCHIVE_DAMAGED',
      'ARCHIVE_IMPORTING',
      'ARCHIVE_PROTECTED',
      'SLOT_TAKEN',
      'READS_BLOCKED',
      'WRITES_BLOCKED',
      'BLOCKED_BY_CONTROLLER',
    ]),
  );
  expect(outcomes.get(OK)).toBeGreaterThan(OPERATIONS / 5);
}, 3_600_000);
