import { IDL, init, postUpgrade, query, update } from 'azle';
import { and, asc, DrizzleQueryError, desc, eq, gt, lt, ne, sql } from 'drizzle-orm';
import { SqliteError } from 'tabularium/database';
import { db } from './database';
import { migrations } from './migrations';
import { booking, room } from './schema';

const Booking = IDL.Record({ id: IDL.Nat32, person: IDL.Text, begins: IDL.Nat32, ends: IDL.Nat32 });
const Room = IDL.Record({ id: IDL.Nat32, name: IDL.Text, seats: IDL.Nat32, bookings: IDL.Vec(Booking) });
const Load = IDL.Record({ name: IDL.Text, hours: IDL.Nat32 });
const RefusalType = IDL.Variant({ NameTaken: IDL.Null, NoSuchRoom: IDL.Null, Occupied: Booking });
const resultOf = (ok: IDL.Type) => IDL.Variant({ ok, err: RefusalType });
const BOOKED_TIME = { id: booking.id, person: booking.person, begins: booking.begins, ends: booking.ends };

interface BookedTime {
  id: number;
  person: string;
  begins: number;
  ends: number;
}
type Refusal = { NameTaken: null } | { NoSuchRoom: null } | { Occupied: BookedTime };
type Result<T> = { ok: T } | { err: Refusal };

/** What the schema's constraints mean to a caller. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  SQLITE_CONSTRAINT_UNIQUE: { NameTaken: null },
  SQLITE_CONSTRAINT_FOREIGNKEY: { NoSuchRoom: null },
};

/** Thrown inside of a transaction, so that it is rolled back. */
class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super('refused');
  }
}

/** Meeting rooms and who has booked them, through Drizzle, which works synchronously. */
export default class {
  @init([])
  init(): void {
    db().migrate(migrations);
  }

  @postUpgrade([])
  postUpgrade(): void {
    db().migrate(migrations);
  }

  @update([IDL.Text, IDL.Nat32], resultOf(IDL.Nat32))
  add_room(name: string, seats: number): Result<number> {
    return answer(() => db().insert(room).values({ name, seats }).returning().get().id);
  }

  /** Books a room for some hours, unless somebody has it in one of them. */
  @update([IDL.Nat32, IDL.Text, IDL.Nat32, IDL.Nat32], resultOf(IDL.Nat32))
  book(roomId: number, person: string, begins: number, ends: number): Result<number> {
    return answer(() =>
      db().transaction((transaction) => {
        const booked = transaction
          .insert(booking)
          .values({ room: roomId, person, begins, ends })
          .returning()
          .get();
        const other = transaction
          .select(BOOKED_TIME)
          .from(booking)
          .where(
            and(
              eq(booking.room, roomId),
              ne(booking.id, booked.id),
              lt(booking.begins, ends),
              gt(booking.ends, begins),
            ),
          )
          .get();
        if (other) throw new Refused({ Occupied: other });
        return booked.id;
      }),
    );
  }

  @query([], IDL.Vec(Room))
  rooms() {
    return db()
      .query.room.findMany({
        with: {
          bookings: {
            columns: { id: true, person: true, begins: true, ends: true },
            orderBy: [asc(booking.begins)],
          },
        },
        orderBy: [asc(room.name)],
      })
      .sync();
  }

  /** Booked hours by room, the busiest first. */
  @query([], IDL.Vec(Load))
  loads() {
    const hours = sql<number>`coalesce(sum(${booking.ends} - ${booking.begins}), 0)`;
    return db()
      .select({ name: room.name, hours })
      .from(room)
      .leftJoin(booking, eq(booking.room, room.id))
      .groupBy(room.id)
      .orderBy(desc(hours), room.name)
      .all();
  }
}

/** What refuses is an answer; whatever else goes wrong traps, and undoes the message. */
function answer<T>(work: () => T): Result<T> {
  try {
    return { ok: work() };
  } catch (error) {
    return { err: refusalOf(error) };
  }
}

/** Drizzle wraps what SQLite throws. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refused) return error.refusal;
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  const refusal = cause instanceof SqliteError ? REFUSALS[cause.code] : undefined;
  if (!refusal) throw error;
  return refusal;
}
