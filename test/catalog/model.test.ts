import { expect, it } from 'vitest';
import { followModel } from './model/history';
import { OK } from './model/reference-model';
import { System } from './model/system';

const OPERATIONS = 100_000;

it(`agrees with the model in ${OPERATIONS} random operations, with upgrades and traps`, async () => {
  const outcomes = await followModel(new System(), {
    seed: 20_261_121,
    operations: OPERATIONS,
    upgrades: 0.02,
    compareEvery: 100,
  });
  const unseen = [
    OK,
    'trapped',
    'NOT_AUTHORISED',
    'REFERENCE_STALE',
    'ARCHIVE_NOT_FOUND',
    'ARCHIVE_EXISTS',
    'ARCHIVE_DELETED',
    'ARCHIVE_PURGING',
    'ARCHIVE_DAMAGED',
    'ARCHIVE_IMPORTING',
    'ARCHIVE_PROTECTED',
    'RECOVERY_EXPIRED',
    'CATALOG_FULL',
    'SLOT_TAKEN',
    'READS_BLOCKED',
    'WRITES_BLOCKED',
    'BLOCKED_BY_CONTROLLER',
  ].filter((outcome) => (outcomes.get(outcome) ?? 0) < 20);
  expect(unseen).toEqual([]);
  expect(outcomes.get(OK)).toBeGreaterThan(10_000);
});
