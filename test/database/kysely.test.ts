import { Kysely, SqliteDialect } from 'kysely';
import { expect, it } from 'vitest';
import { newDatabase } from '../support/native-host';

it('a database is what Kysely’s stock dialect takes, without a cast', async () => {
  const database = await newDatabase();
  database.exec('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)');
  const cached = { prepare: (sql: string) => database.query(sql), close: () => database.close() };
  for (const given of [database, cached]) {
    const kysely = new Kysely<{ note: { id?: number; text: string } }>({
      dialect: new SqliteDialect({ database: given }),
    });
    await kysely.insertInto('note').values({ text: 'a' }).execute();
    const rows = await kysely.selectFrom('note').selectAll().where('text', '=', 'a').execute();
    expect(rows[0]).toEqual({ id: 1, text: 'a' });
    const streamed = [];
    for await (const row of kysely.selectFrom('note').select('id').stream()) streamed.push(row);
    expect(streamed).toHaveLength(rows.length);
  }
});
