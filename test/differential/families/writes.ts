import type { Maker } from '../maker';
import type { Family } from './family';

const CONFLICTS = ['', '', '', 'OR IGNORE ', 'OR REPLACE ', 'OR FAIL ', 'OR ABORT ', 'OR ROLLBACK '];
const RETURNED = ['id', 'name', 'price', 'net', 'rowid', '*', "name || '!'", 'price * 2 AS twice'];

/** Constraints of every kind, upsert, RETURNING, triggers, generated columns, STRICT and WITHOUT ROWID tables. */
export const writes: Family = {
  title: 'writes and constraints',
  schema: `
    CREATE TABLE kind (code TEXT PRIMARY KEY NOT NULL, label ANY, CHECK (length(code) < 6)) STRICT, WITHOUT ROWID;
    INSERT INTO kind VALUES ('a', 1), ('b', 'two'), ('word', NULL);
    CREATE TABLE item (
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, price REAL DEFAULT 9.5 CHECK (price IS NULL OR price < 100),
      kind TEXT REFERENCES kind (code) ON UPDATE CASCADE ON DELETE SET NULL, net AS (price * 0.8) STORED, tag TEXT COLLATE NOCASE,
      upper_name GENERATED ALWAYS AS (upper(name)) VIRTUAL, UNIQUE (name, tag));
    CREATE UNIQUE INDEX item_by_upper ON item (upper_name) WHERE price > 50;
    CREATE TABLE part (item INTEGER NOT NULL REFERENCES item (id) ON DELETE RESTRICT, at INTEGER, amount INTEGER, PRIMARY KEY (item, at)) STRICT;
    CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT, subject);
    CREATE TRIGGER item_added AFTER INSERT ON item BEGIN INSERT INTO log (what, subject) VALUES ('added', new.id); END;
    CREATE TRIGGER item_renamed AFTER UPDATE OF name ON item WHEN old.name <> new.name BEGIN
      INSERT INTO log (what, subject) VALUES (old.name || ' -> ' || new.name, new.id); END;
    CREATE TRIGGER item_kept BEFORE DELETE ON item WHEN old.price > 90 BEGIN SELECT RAISE(ABORT, 'too dear to delete'); END;
    CREATE TRIGGER part_checked BEFORE INSERT ON part WHEN new.amount < 0 BEGIN SELECT RAISE(IGNORE); END;
    CREATE VIEW cheap AS SELECT id, name, price FROM item WHERE price < 20;
    CREATE TRIGGER cheap_added INSTEAD OF INSERT ON cheap BEGIN INSERT INTO item (name, price) VALUES (new.name, min(new.price, 19)); END;
    CREATE TRIGGER cheap_removed INSTEAD OF DELETE ON cheap BEGIN DELETE FROM item WHERE id = old.id; END;`,
  tables: ['kind', 'item', 'part', 'log', 'cheap', 'sqlite_sequence'],
  write: (make) =>
    make.pick([
      insertItem,
      insertItem,
      upsert,
      insertKind,
      insertPart,
      updateItem,
      removeItem,
      throughView,
      changeKind,
      fill,
    ])(make),
};

function insertItem(make: Maker): string {
  const id = make.pick(['NULL', make.small(16), make.value()]);
  const price = make.pick([make.small(120), make.value(), 'NULL']);
  return `INSERT ${make.pick(CONFLICTS)}INTO item (id, name, price, kind, tag) VALUES (${id}, ${make.pick([make.word(), 'NULL', make.value()])}, ${price}, ${kindCode(make)}, ${make.word()})${returning(make)}`;
}

function upsert(make: Maker): string {
  const target = make.pick(['(id)', '(name, tag)', '(id)', '(price)', '']);
  const action = make.pick([
    'NOTHING',
    `UPDATE SET price = excluded.price + ${make.small(60)}, name = excluded.name || 'x'`,
    `UPDATE SET (tag, price) = (${make.word()}, price + 1) WHERE item.price < ${make.small(50)}`,
  ]);
  return `INSERT INTO item (id, name, tag, price) VALUES (${make.small(30)}, ${make.word()}, ${make.word()}, ${make.small(90)}), (NULL, ${make.word()}, ${make.word()}, 1)
    ON CONFLICT ${target} DO ${action}${returning(make)}`;
}

function insertKind(make: Maker): string {
  return `INSERT ${make.pick(CONFLICTS)}INTO kind VALUES (${make.pick([make.word(), make.value()])}, ${make.value()})${make.maybe(0.3, () => ' RETURNING *')}`;
}

function insertPart(make: Maker): string {
  const amount = make.pick([make.small(9), '-1', make.value(), "'12'", '1.0', '1.5']);
  const rowid = make.pick(['NULL', 'NULL', make.small(20)]);
  return `INSERT ${make.pick(CONFLICTS)}INTO part (rowid, item, at, amount) VALUES (${rowid}, ${make.small(16)}, ${make.small(5)}, ${amount})`;
}

function updateItem(make: Maker): string {
  const change = make.pick([
    `name = ${make.word()}`,
    `price = ${make.expression(['price', 'id'], 2)}`,
    `id = ${make.small(16)}`,
    'net = 1',
    `kind = ${kindCode(make)}, tag = name`,
    `price = part.amount FROM part WHERE part.item = item.id AND 1`,
  ]);
  const where = change.includes(' FROM ') ? '' : ` WHERE ${condition(make)}`;
  return `UPDATE ${make.pick(CONFLICTS)}item SET ${change}${where}${returning(make)}`;
}

function removeItem(make: Maker): string {
  return `DELETE FROM ${make.pick(['item', 'item', 'part', 'log'])} WHERE ${make.pick(['id', 'rowid', 'item'])} = ${make.small(16)}${make.maybe(0.3, () => ' RETURNING *')}`;
}

function throughView(make: Maker): string {
  return make.pick([
    `INSERT INTO cheap (name, price) VALUES (${make.word()}, ${make.small(16)})`,
    `DELETE FROM cheap WHERE id = ${make.small(16)}`,
    `UPDATE cheap SET name = ${make.word()}`,
  ]);
}

function changeKind(make: Maker): string {
  return make.pick([
    `UPDATE kind SET code = ${make.word()} WHERE code = ${make.word()}`,
    `DELETE FROM kind WHERE code = ${make.word()}`,
    `REPLACE INTO kind VALUES (${make.word()}, ${make.value()})`,
  ]);
}

function fill(make: Maker): string {
  return `INSERT ${make.pick(CONFLICTS)}INTO part SELECT id, ${make.small(6)}, length(name) FROM item WHERE ${condition(make)}`;
}

function condition(make: Maker): string {
  return make.pick([
    `id = ${make.small(16)}`,
    `price > ${make.small(100)}`,
    `name = ${make.word()}`,
    `id IN (SELECT item FROM part WHERE amount > ${make.small(4)})`,
  ]);
}

function kindCode(make: Maker): string {
  return make.pick(["'a'", "'a'", "'b'", 'NULL', 'NULL', make.word()]);
}

function returning(make: Maker): string {
  return make.maybe(0.3, () => ` RETURNING ${make.list(3, () => make.pick(RETURNED))}`);
}
