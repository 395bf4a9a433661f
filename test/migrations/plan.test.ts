import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type History,
  knownMigrations,
  type Migration,
  type MigrationError,
  planMigrations,
} from '../../src/migrations';
import type { NativeModule } from '../../src/native/interface';
import { startHost } from '../support/native-host';
import { numbered } from './support';

let native: NativeModule;

beforeAll(async () => {
  ({ native } = await startHost());
});

const known = (migrations: readonly Migration[]) => knownMigrations(native, migrations);

/** The history of an archive that has applied migrations as they are. */
function historyOf(migrations: readonly Migration[]): History {
  const applied = known(migrations).map(({ migration: { version, name }, checksum }) => ({
    version,
    name,
    checksum,
    at: 0,
    adopted: false,
  }));
  return { applied, running: undefined };
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as MigrationError).code;
  }
  return 'none';
}

describe('a plan', () => {
  it('is what is not applied, in order, up to where one wants to go', () => {
    const all = numbered('a', 'b', 'c', 'd');
    const versions = (to?: number) =>
      planMigrations(historyOf(all.slice(0, 1)), known([...all].reverse()), to).pending.map(
        ({ migration }) => migration.version,
      );
    expect(versions()).toEqual([2, 3, 4]);
    expect(versions(3)).toEqual([2, 3]);
    expect(versions(1)).toEqual([]);
    expect(codeOf(() => versions(9))).toBe('MIGRATIONS_INVALID');
  });

  it('takes gaps between versions, and new names for old migrations', () => {
    const dated = [
      { version: 20_260_101, name: 'first', sql: 'a' },
      { version: 20_260_630, name: 'second', sql: 'b' },
    ];
    const renamed = [{ ...dated[0]!, name: 'start' }, dated[1]!];
    expect(planMigrations(historyOf(dated.slice(0, 1)), known(renamed)).pending).toHaveLength(1);
  });

  it('refuses a history that was changed, is incomplete, or comes too late', () => {
    const all = numbered('a', 'b', 'c');
    const changed = all.map((migration) => ({
      ...migration,
      sql: migration.version === 2 ? 'B' : migration.sql,
    }));
    expect(codeOf(() => planMigrations(historyOf(all), known(changed)))).toBe('MIGRATION_CHANGED');
    expect(codeOf(() => planMigrations(historyOf(all), known(all.slice(0, 2))))).toBe('MIGRATION_MISSING');
    expect(codeOf(() => planMigrations(historyOf(all), known(all.slice(1))))).toBe('MIGRATION_MISSING');
    expect(codeOf(() => planMigrations(historyOf([all[0]!, all[2]!]), known(all)))).toBe(
      'MIGRATION_OUT_OF_ORDER',
    );
  });

  it('knows a migration in TypeScript by its name', () => {
    const code = (name: string): Migration[] => [{ version: 1, name, up: () => {} }];
    expect(planMigrations(historyOf(code('a')), known(code('a'))).pending).toEqual([]);
    expect(codeOf(() => planMigrations(historyOf(code('a')), known(code('b'))))).toBe('MIGRATION_CHANGED');
  });

  it('goes on with what is under way, as long as it is the same', () => {
    const all = numbered('a', 'b', 'c');
    const { checksum } = known(all)[1]!;
    const running = { version: 2, name: 'step-2', checksum, position: 1, length: 2, snapshot: 1 };
    const history: History = { ...historyOf(all.slice(0, 1)), running };
    const plan = planMigrations(history, known(all));
    expect(plan.running?.migration.version).toBe(2);
    expect(plan.pending.map(({ migration }) => migration.version)).toEqual([3]);
    expect(
      codeOf(() => planMigrations({ ...history, running: { ...running, checksum: '' } }, known(all))),
    ).toBe('MIGRATION_CHANGED');
    expect(codeOf(() => planMigrations(history, known([all[0]!, all[2]!])))).toBe('MIGRATION_CHANGED');
  });

  it.each([
    ['a version twice', [...numbered('a'), ...numbered('b')]],
    ['version 0', [{ version: 0, name: 'x', sql: '' }]],
    ['half a version', [{ version: 1.5, name: 'x', sql: '' }]],
    ['no name', [{ version: 1, name: '', sql: '' }]],
    ['a long name', [{ version: 1, name: 'x'.repeat(101), sql: '' }]],
    ['nothing to run', [{ version: 1, name: 'x' } as unknown as Migration]],
  ])('refuses %s', (_, migrations) => {
    expect(codeOf(() => known(migrations))).toBe('MIGRATIONS_INVALID');
  });

  it('splits any history into what is behind and what is ahead', () => {
    const versions = fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(versions, fc.nat({ max: 20 }), (unordered, behind) => {
        const ordered = [...unordered].sort((a, b) => a - b);
        const all = ordered.map((version) => ({ version, name: `m${version}`, sql: `-- ${version}` }));
        const { pending } = planMigrations(historyOf(all.slice(0, behind)), known(all));
        expect(pending.map(({ migration }) => migration.version)).toEqual(ordered.slice(behind));
      }),
    );
  });
});
