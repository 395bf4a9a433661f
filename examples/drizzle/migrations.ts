import type { MigrationBundle } from 'tabularium/drizzle';

/** As drizzle-kit generates them from schema.ts. What was released once is never changed: add the next one. */
export const migrations: MigrationBundle = {
  journal: {
    entries: [
      { idx: 0, when: 1_760_000_000_000, tag: '0000_rooms', breakpoints: true },
      { idx: 1, when: 1_761_000_000_000, tag: '0001_bookings', breakpoints: true },
    ],
  },
  migrations: {
    m0000: `
CREATE TABLE \`room\` (
  \`id\` integer PRIMARY KEY NOT NULL,
  \`name\` text NOT NULL,
  \`seats\` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX \`room_name_unique\` ON \`room\` (\`name\`);`,
    m0001: `
CREATE TABLE \`booking\` (
  \`id\` integer PRIMARY KEY NOT NULL,
  \`room\` integer NOT NULL,
  \`person\` text NOT NULL,
  \`begins\` integer NOT NULL,
  \`ends\` integer NOT NULL,
  \`booked_at\` integer DEFAULT (unixepoch()) NOT NULL,
  FOREIGN KEY (\`room\`) REFERENCES \`room\`(\`id\`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX \`booking_by_room\` ON \`booking\` (\`room\`,\`begins\`);`,
  },
};
