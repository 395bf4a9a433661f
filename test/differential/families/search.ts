import type { Maker } from '../maker';
import type { Family } from './family';

const WORDS = ['river', 'rivers', 'mountain', 'café', 'naïve', 'sea', 'seas', 'run', 'running', 'the'];
const MATCHES = [
  ...[
    'river',
    'riv*',
    '"the sea"',
    'sea OR mountain',
    'river NOT sea',
    'title: river',
    '{title body} : run',
    'NEAR(the sea, 2)',
  ],
  ...['^the', 'cafe', '"', 'nocolumn: x', 'sea + run', ''],
];

/** Full-text search with FTS5. */
export const search: Family = {
  title: 'full-text search',
  schema: `
    CREATE VIRTUAL TABLE page USING fts5 (title, body, tokenize = 'porter unicode61', prefix = '2');
    CREATE TABLE source (id INTEGER PRIMARY KEY, body TEXT);
    CREATE VIRTUAL TABLE extern USING fts5 (body, content = 'source', content_rowid = 'id');
    CREATE VIRTUAL TABLE terms USING fts5vocab (page, 'row');
    CREATE TRIGGER source_added AFTER INSERT ON source BEGIN INSERT INTO extern (rowid, body) VALUES (new.id, new.body); END;`,
  tables: ['page', 'source', 'terms'],
  write: (make) => make.pick([add, add, change, find, find, rank, look, maintain])(make),
};

function sentence(make: Maker): string {
  return make.bind(Array.from({ length: 1 + make.below(8) }, () => make.pick(WORDS)).join(' '));
}

function add(make: Maker): string {
  return make.chance(0.7)
    ? `INSERT INTO page (rowid, title, body) VALUES (${make.pick(['NULL', make.small(60)])}, ${sentence(make)}, ${make.pick([sentence(make), make.value()])})`
    : `INSERT INTO source (body) VALUES (${sentence(make)})`;
}

function change(make: Maker): string {
  return make.chance(0.5)
    ? `UPDATE page SET body = ${sentence(make)} WHERE rowid = ${make.small(60)}`
    : `DELETE FROM page WHERE rowid = ${make.small(60)}`;
}

function find(make: Maker): string {
  const match = make.bind(make.pick(MATCHES));
  return make.pick([
    `SELECT rowid, title FROM page WHERE page MATCH ${match} ORDER BY rowid`,
    `SELECT rowid, highlight(page, 1, '[', ']') FROM page(${match}) ORDER BY rank LIMIT 5`,
    `SELECT snippet(page, -1, '<', '>', '...', 4) FROM page WHERE page MATCH ${match} ORDER BY rowid`,
    `SELECT rowid FROM extern WHERE extern MATCH ${match}`,
  ]);
}

function rank(make: Maker): string {
  return `SELECT rowid, round(bm25(page, 5.0, 1.0), 6) FROM page WHERE page MATCH ${make.bind(make.pick(MATCHES))} ORDER BY 2, 1`;
}

function look(make: Maker): string {
  return `SELECT term, doc, cnt FROM terms WHERE term >= ${make.bind(make.pick(WORDS))} LIMIT 5`;
}

function maintain(make: Maker): string {
  return `INSERT INTO page (page) VALUES (${make.bind(make.pick(['optimize', 'rebuild', 'integrity-check', 'merge', 'nonsense']))})`;
}
