import { relations, sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const room = sqliteTable('room', {
  id: integer().primaryKey(),
  name: text().notNull().unique(),
  seats: integer().notNull(),
});

export const booking = sqliteTable(
  'booking',
  {
    id: integer().primaryKey(),
    room: integer()
      .notNull()
      .references(() => room.id),
    /** Principal of who booked. */
    person: text().notNull(),
    /** Hours since 1970. */
    begins: integer().notNull(),
    ends: integer().notNull(),
    bookedAt: integer('booked_at', { mode: 'timestamp' }).notNull().default(sql`(unixepoch())`),
  },
  (table) => [index('booking_by_room').on(table.room, table.begins)],
);

export const roomRelations = relations(room, ({ many }) => ({ bookings: many(booking) }));
export const bookingRelations = relations(booking, ({ one }) => ({
  place: one(room, { fields: [booking.room], references: [room.id] }),
}));
