import type { Maker } from '../maker';
import type { Family } from './family';

const COLUMNS = ['id', 'a', 'b', 'c', 'd'];

/** Values of every type, stored and computed with. */
export const expressions: Family = {
  title: 'expressions and values',
  schema: `
    CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT, c REAL, d NUMERIC);
    CREATE INDEX t_by_b ON t (b COLLATE NOCASE, a);`,
  tables: ['t'],
  write(make) {
    switch (make.below(10)) {
      case 0:
      case 1:
      case 2:
        return `INSERT OR REPLACE INTO t VALUES (${make.small(40)}, ${make.value()}, ${make.value()}, ${make.value()}, ${make.value()})`;
      case 3:
        return `UPDATE t SET ${make.pick(COLUMNS)} = ${expression(make, 2)} WHERE id = ${make.small(40)}`;
      case 4:
        return `SELECT ${make.list(4, () => make.value())}`;
      case 5:
        return `SELECT ${make.list(2, () => `typeof(${expression(make, 2)})`)}, ${make.value()} FROM t ORDER BY id LIMIT 5`;
      default:
        return `SELECT ${make.list(3, () => expression(make, 3))} FROM t WHERE ${expression(make, 2)} ORDER BY ${expression(make, 1)}, id LIMIT ${make.below(9)}`;
    }
  },
};

function expression(make: Maker, depth: number): string {
  return make.expression(make.chance(0.01) ? ['missing'] : COLUMNS, depth);
}
