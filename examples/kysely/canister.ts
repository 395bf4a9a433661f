import { IDL, init, postUpgrade, query, update } from 'azle';
import { sql } from 'kysely';
import { SqliteError } from 'tabularium/database';
import { db } from './database';
import { migrate } from './migrations';

const Account = IDL.Record({ id: IDL.Nat32, owner: IDL.Text, balance: IDL.Nat32 });
const Entry = IDL.Record({ id: IDL.Nat32, other: IDL.Text, amount: IDL.Int32, at: IDL.Nat32 });
const Refusal = IDL.Variant({ NameTaken: IDL.Null, NoSuchAccount: IDL.Null, InsufficientFunds: IDL.Null });
const resultOf = (ok: IDL.Type) => IDL.Variant({ ok, err: Refusal });

type Refused = { NameTaken: null } | { NoSuchAccount: null } | { InsufficientFunds: null };
type Result<T> = { ok: T } | { err: Refused };

/** What the schema's constraints mean to a caller. */
const REFUSALS: Readonly<Record<string, Refused>> = {
  SQLITE_CONSTRAINT_UNIQUE: { NameTaken: null },
  SQLITE_CONSTRAINT_FOREIGNKEY: { NoSuchAccount: null },
  SQLITE_CONSTRAINT_CHECK: { InsufficientFunds: null },
};

/**
 * Accounts and transfers between them, through Kysely. Its promises resolve within the message, so that a transaction may
 * await its own queries; to await another canister inside of one would trap.
 */
export default class {
  @init([])
  async init(): Promise<void> {
    await migrate(db());
  }

  @postUpgrade([])
  async postUpgrade(): Promise<void> {
    await migrate(db());
  }

  @update([IDL.Text, IDL.Nat32], resultOf(IDL.Nat32))
  async open(owner: string, balance: number): Promise<Result<number>> {
    return answer(async () => {
      const account = db().insertInto('account').values({ owner, balance }).returning('id');
      return (await account.executeTakeFirstOrThrow()).id;
    });
  }

  @update([IDL.Nat32, IDL.Nat32, IDL.Nat32], resultOf(IDL.Nat32))
  async transfer(from: number, to: number, amount: number): Promise<Result<number>> {
    return answer(() =>
      db()
        .transaction()
        .execute(async (transaction) => {
          const transfer = transaction
            .insertInto('transfer')
            .values({ from_account: from, to_account: to, amount })
            .returning('id');
          const { id } = await transfer.executeTakeFirstOrThrow();
          for (const [account, change] of [
            [to, amount],
            [from, -amount],
          ] as const) {
            await transaction
              .updateTable('account')
              .set((columns) => ({ balance: columns('balance', '+', change) }))
              .where('id', '=', account)
              .execute();
          }
          return id;
        }),
    );
  }

  @query([], IDL.Vec(Account))
  accounts() {
    return db().selectFrom('account').selectAll().orderBy('owner').execute();
  }

  /** What went from and to an account, the newest first. */
  @query([IDL.Nat32], IDL.Vec(Entry))
  statement(account: number) {
    return db()
      .selectFrom('transfer')
      .innerJoin('account as other', (join) =>
        join.onRef('other.id', '=', sql`iif(from_account = ${account}, to_account, from_account)`),
      )
      .where((columns) =>
        columns.or([columns('from_account', '=', account), columns('to_account', '=', account)]),
      )
      .select([
        'transfer.id',
        'other.owner as other',
        sql<number>`iif(from_account = ${account}, -amount, amount)`.as('amount'),
        'at',
      ])
      .orderBy('transfer.id', 'desc')
      .execute();
  }
}

/** A constraint that refuses is an answer; whatever else goes wrong traps, and undoes the message. */
async function answer<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: await work() };
  } catch (error) {
    const refusal = error instanceof SqliteError ? REFUSALS[error.code] : undefined;
    if (!refusal) throw error;
    return { err: refusal };
  }
}
