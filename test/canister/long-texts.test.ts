import { beforeAll, describe, expect, it } from 'vitest';
import { ALICE, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

let canister: InstalledTabularium;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
  await canister.client().createArchive('hers', ALICE);
});

/** 1,000 bytes: a name that is looked up. */
const LONG_NAME = 'é'.repeat(500);
/** 1.5 MB: what a query and a message from another canister may hold, which nobody inspects. */
const TOO_LONG = 'é'.repeat(750_000);

describe('a long text that JavaScript decodes', () => {
  const insert = "INSERT INTO note(text) VALUES ('räksmörgås');\n";
  const sql = `CREATE TABLE note(text);\n${insert.repeat(700_000 / insert.length)}`;

  it('costs by its length', async () => {
    const migration = { version: 1n, name: 'fill', check_foreign_keys: false };
    const actor = canister.actor(OPERATOR);
    const cost = async (text: string) => {
      const result = await actor.upload_migrations('set', [{ ...migration, sql: text }]);
      if ('err' in result) throw new Error(JSON.stringify(result.err.message));
      return canister.inspect.last('update', 'upload_migrations').instructions;
    };
    const short = await cost(sql.slice(0, sql.indexOf('\n', 70_000) + 1));
    const long = await cost(sql);
    expect(long).toBeLessThan(12 * short);
    expect(long).toBeLessThan(3_000_000_000);
  });

  it('is refused with a code where it is no good', async () => {
    const actor = canister.actor(OPERATOR);
    expect(await failureOf(actor.migration_status(LONG_NAME))).toMatchObject({ code: 'ARCHIVE_NOT_FOUND' });
    expect(await failureOf(actor.explain('hers', TOO_LONG))).toMatchObject({ code: 'SQLITE_ERROR' });
  });

  it('is refused unread where it is longer than any archive is named', async () => {
    const refusal = await failureOf(canister.actor(OPERATOR).migration_status(TOO_LONG));
    expect(refusal).toMatchObject({ code: 'CANDID_MALFORMED' });
    expect(canister.inspect.last('query', 'migration_status').work).toBeLessThan(100_000);
  });
});
