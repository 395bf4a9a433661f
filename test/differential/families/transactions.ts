import type { Family } from './family';

const NAMES = ['one', 'two'];

/** Transactions and savepoints with foreign keys that are checked at the end. */
export const transactions: Family = {
  title: 'transactions',
  schema: `
    CREATE TABLE parent (id INTEGER PRIMARY KEY, v);
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED, v UNIQUE);`,
  tables: ['parent', 'child'],
  write(make) {
    const conflict = make.pick(['', '', 'OR ROLLBACK ', 'OR FAIL ', 'OR REPLACE ']);
    return make.pick([
      make.pick(['BEGIN', 'BEGIN IMMEDIATE', 'BEGIN EXCLUSIVE']),
      make.pick(['COMMIT', 'END TRANSACTION', 'COMMIT']),
      'ROLLBACK',
      `SAVEPOINT ${make.pick(NAMES)}`,
      `RELEASE ${make.pick(NAMES)}`,
      `ROLLBACK TO ${make.pick(NAMES)}`,
      `INSERT ${conflict}INTO parent VALUES (${make.small(12)}, ${make.value()})`,
      `INSERT ${conflict}INTO child VALUES (${make.pick(['NULL', make.small(12)])}, ${make.small(12)}, ${make.small(30)})`,
      `DELETE FROM parent WHERE id = ${make.small(12)}`,
      `UPDATE child SET parent = ${make.small(12)} WHERE id = ${make.small(12)}`,
      'SELECT count(*), sum(parent), max(v) FROM child',
      'PRAGMA defer_foreign_keys',
    ]);
  },
};
