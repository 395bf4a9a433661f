import type { Maker } from '../maker';
import type { Family } from './family';

const PERSON = ['p.id', 'p.name', 'p.team', 'p.age'];
const TEAM = ['g.id', 'g.name', 'g.parent'];
const JOINS = ['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'CROSS JOIN'];
const AGGREGATES = [
  'count',
  'sum',
  'min',
  'max',
  'avg',
  'total',
  'group_concat',
  'json_group_array',
  'median',
];
const RANKS = ['row_number()', 'rank()', 'dense_rank()', 'percent_rank()', 'cume_dist()', 'ntile(3)'];
const NEIGHBOURS = [
  'lag(age)',
  'lead(age, 2, -1)',
  'first_value(name)',
  'last_value(name)',
  'nth_value(id, 2)',
];
const FRAMES = [
  '',
  'ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING',
  'RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES',
  'GROUPS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING',
  'ROWS BETWEEN 2 FOLLOWING AND 1 PRECEDING',
];
const COMPOUND = ['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT'];

/** Joins, subqueries, common table expressions, aggregates, window functions, compound selects. */
export const queries: Family = {
  title: 'queries over several tables',
  schema: `
    CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT, parent INTEGER);
    CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, team INTEGER, age REAL);
    CREATE INDEX person_by_team ON person (team, age DESC);
    CREATE VIEW staffed AS SELECT g.name AS team, count(p.id) AS people FROM team g LEFT JOIN person p ON p.team = g.id GROUP BY g.id;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12)
      INSERT INTO team SELECT i, 'team ' || (i % 5), nullif(i / 2, 0) FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
      INSERT INTO person SELECT i, char(65 + i % 7, 97 + i % 3), nullif(i * 7 % 15, 0), i * 37 % 50 / 2.0 FROM n;
    ANALYZE;`,
  tables: ['team', 'person', 'staffed'],
  write(make) {
    const query = make.pick([join, subquery, hierarchy, grouped, windowed, compound, common, listed])(make);
    return make.maybe(0.08, () => 'EXPLAIN QUERY PLAN ') + query;
  },
};

function join(make: Maker): string {
  const condition = make.pick([
    'p.team = g.id',
    'p.team = g.id AND p.age > 9',
    'p.id = g.parent',
    'p.name < g.name',
  ]);
  const joined = make.chance(0.1)
    ? 'person p NATURAL JOIN team g'
    : `person p ${make.pick(JOINS)} team g ON ${condition}`;
  return `SELECT ${make.maybe(0.2, () => 'DISTINCT ')}${make.list(3, () => both(make, 1))} FROM ${joined} WHERE ${both(make, 2)} ${orderAndLimit(make)}`;
}

function subquery(make: Maker): string {
  const inner = `SELECT ${make.pick(TEAM)} FROM team g WHERE ${make.pick(['g.id = p.team', 'g.id < p.id', both(make, 1)])}`;
  const condition = make.pick([
    `EXISTS (${inner})`,
    `p.team IN (${inner})`,
    `p.age > (SELECT avg(age) FROM person WHERE team = p.team)`,
    `(p.team, p.name) IN (SELECT id, name FROM team)`,
  ]);
  return `SELECT p.id, (${inner} LIMIT 1) FROM person p WHERE ${make.maybe(0.3, () => 'NOT ')}${condition} ORDER BY p.id LIMIT ${make.small(20)}`;
}

function hierarchy(make: Maker): string {
  const start = make.small(14);
  const union = make.pick(['UNION', 'UNION ALL']);
  return `WITH RECURSIVE below(id, depth, path) AS (
      SELECT id, 0, name FROM team WHERE id = ${start}
      ${union} SELECT g.id, depth + 1, path || '/' || g.name FROM team g JOIN below b ON g.parent = b.id
      ORDER BY ${make.pick(['2', '2 DESC', '1'])} LIMIT ${make.below(30)})
    SELECT id, depth, path FROM below`;
}

function grouped(make: Maker): string {
  const aggregate = make.pick(AGGREGATES);
  const filter = make.maybe(0.3, () => ` FILTER (WHERE ${make.expression(PERSON, 1)})`);
  const distinct = make.maybe(0.2, () => 'DISTINCT ');
  return `SELECT team, ${aggregate}(${distinct}${make.pick(['age', 'name', 'id'])})${filter}, count(*) FROM person p GROUP BY ${make.pick(['team', '1', 'team, name', 'age > 5'])} HAVING ${make.pick(['1', 'count(*) > 2', 'max(age) > 10', 'team'])} ORDER BY 1, 2, 3`;
}

function windowed(make: Maker): string {
  const call = make.pick([...RANKS, ...NEIGHBOURS, 'sum(age)', 'count(*)', 'max(name)', 'total(id)']);
  const partition = make.maybe(0.6, () => `PARTITION BY ${make.pick(['team', 'name', 'id % 3'])} `);
  const window = `${partition}ORDER BY ${make.pick(['age', 'name, id', 'id DESC', 'team NULLS LAST'])}`;
  if (make.chance(0.3))
    return `SELECT id, ${call} OVER w FROM person WINDOW w AS (${window}) ORDER BY id LIMIT 25`;
  return `SELECT id, ${call} OVER (${window} ${make.pick(FRAMES)}) FROM person ORDER BY id LIMIT 25`;
}

function compound(make: Maker): string {
  const part = () =>
    make.pick([
      'SELECT name FROM person',
      'SELECT name FROM team',
      `SELECT ${make.value()}`,
      'SELECT team FROM staffed WHERE people > 3',
      `VALUES (${make.value()}), (${make.value()})`,
    ]);
  const wrong = make.maybe(0.05, () => ' UNION SELECT 1, 2');
  return `${part()} ${make.pick(COMPOUND)} ${part()} ${make.pick(COMPOUND)} ${part()}${wrong} ORDER BY 1 LIMIT ${make.below(12)} OFFSET ${make.below(4)}`;
}

function common(make: Maker): string {
  const hint = make.pick(['', 'MATERIALIZED ', 'NOT MATERIALIZED ']);
  return `WITH old AS ${hint}(SELECT * FROM person WHERE age > ${make.small(25)}), pairs(x, y) AS (SELECT o.id, p.id FROM old o JOIN old p ON o.team = p.team AND o.id < p.id)
    SELECT x, y, (SELECT count(*) FROM old) FROM pairs ORDER BY x, y LIMIT ${make.below(20)}`;
}

function listed(make: Maker): string {
  return `SELECT team, people, ${make.expression(['team', 'people'], 2)} FROM ${make.pick(['staffed', 'nowhere', 'staffed INDEXED BY no_index', 'staffed'])} ${make.maybe(0.5, () => `WHERE people > ${make.small(6)}`)}`;
}

function both(make: Maker, depth: number): string {
  return make.expression([...PERSON, ...TEAM], depth);
}

function orderAndLimit(make: Maker): string {
  return `ORDER BY p.id, g.id ${make.maybe(0.7, () => `LIMIT ${make.small(15)} OFFSET ${make.small(5)}`)}`;
}
