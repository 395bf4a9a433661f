import type { Maker } from '../maker';
import type { Family } from './family';

const DOCUMENTS = [
  '{"a":1,"b":[1,2.5,"x",null,true],"c":{"d":"\\u00e9"}}',
  '[]',
  '[9007199254740993, -0.0, 1e400]',
  '"text"',
  '{"a":{"a":{"a":[{}]}}}',
  "{a:1, 'b': +2, /* JSON5 */ c: .5,}",
  '{"a":1',
  'nothing',
];
const PATHS = [
  '$',
  '$.a',
  '$.b[1]',
  '$.b[#-1]',
  '$.c.d',
  '$.a.a.a[0]',
  '$[2]',
  '$.x',
  '$.b[#]',
  'a',
  '$.[',
  '1',
];
const TIMES = [
  ...[
    '2024-02-29',
    '2000-01-01 12:34:56.789',
    '1969-12-31T23:59:59',
    '9999-12-31',
    '-4713-11-24 12:00:00',
    '12:00',
  ],
  ...['2451545.0', '1700000000', '2024-02-30', '2024-13-01', 'soon', '2023-06-01 10:00:00+02:30', ''],
];
const MODIFIERS = [
  ...[
    '+1 day',
    '-1 month',
    '+13 months',
    'start of year',
    'start of month',
    'weekday 0',
    'unixepoch',
    'auto',
    'julianday',
  ],
  ...['+1.5 hours', '+0001-02-03 04:05', 'subsec', 'floor', 'ceiling', 'utc', '-08:30', 'tomorrow'],
];
const TIME_FORMATS = [
  '%Y-%m-%d',
  '%H:%M:%f',
  '%s %J',
  '%j %W %w %u %V %G',
  '%e %k %I %p %l',
  '%F %T %R',
  '100%%',
  '%q',
];
const PRINT_FORMATS = [
  '%d',
  '%5.2f',
  '%-8s|',
  '%08d',
  '%x',
  '%e',
  '%g',
  '%q',
  '%Q',
  '%w',
  '%c',
  '%+d',
  '%,d',
  '%%',
  '%!.20g',
  '%s %s',
];

/** JSON, dates and times, texts and numbers: built-in functions beyond what expressions use. */
export const functions: Family = {
  title: 'functions',
  schema: `
    CREATE TABLE doc (id INTEGER PRIMARY KEY, body, at TEXT);
    CREATE INDEX doc_by_a ON doc (body ->> '$.a') WHERE json_valid(body);
    INSERT INTO doc VALUES (1, '{"a":3,"b":["x","y"]}', '2024-03-01'), (2, '[1,2,3]', '2020-12-31 23:00'), (3, 'no json', NULL);`,
  tables: ['doc'],
  write(make) {
    if (make.chance(0.1)) return store(make);
    const part = make.pick([json, json, table, time, time, print, text, number]);
    return `SELECT ${part(make)}`;
  },
};

function store(make: Maker): string {
  return `INSERT OR REPLACE INTO doc VALUES (${make.small(9)}, ${document(make)}, ${make.bind(make.pick(TIMES))})`;
}

function document(make: Maker): string {
  const text = make.bind(make.pick(DOCUMENTS));
  return make.pick([text, text, `jsonb(${text})`, make.value()]);
}

function json(make: Maker): string {
  const body = document(make);
  const path = make.bind(make.pick(PATHS));
  const value = make.pick([make.value(), `json(${document(make)})`, make.small(9)]);
  return make.pick([
    `json(${body})`,
    `json_extract(${body}, ${path}), json_type(${body}, ${path})`,
    `${body} -> ${path}, ${body} ->> ${path}`,
    `json_${make.pick(['set', 'insert', 'replace'])}(${body}, ${path}, ${value})`,
    `json_remove(${body}, ${path})`,
    `json_patch(${body}, ${document(make)})`,
    `json_array(${value}, ${make.value()}), json_object(${make.word()}, ${value})`,
    `json_valid(${body}, ${make.below(10)}), json_error_position(${body})`,
    `json_array_length(${body}, ${path}), json_quote(${value})`,
    `json_pretty(${body}), hex(jsonb(${body}))`,
  ]);
}

function table(make: Maker): string {
  const source = make.pick([
    `json_each(${document(make)})`,
    `json_tree(${document(make)}, ${make.bind(make.pick(PATHS))})`,
  ]);
  return make.pick([
    `key, value, type, atom, fullkey, path FROM ${source}`,
    `doc.id, j.value FROM doc, json_each(doc.body) j WHERE json_valid(doc.body) ORDER BY 1`,
    `json_group_array(id), json_group_object(id, at) FROM doc`,
    `id FROM doc WHERE json_valid(body) AND body ->> '$.a' = ${make.small(5)}`,
  ]);
}

function time(make: Maker): string {
  const at = make.pick([make.bind(make.pick(TIMES)), make.small(3_000_000), 'at']);
  const modifiers = Array.from({ length: make.below(3) }, () => `, ${make.bind(make.pick(MODIFIERS))}`).join(
    '',
  );
  const call = make.pick([
    `date(${at}${modifiers})`,
    `time(${at}${modifiers})`,
    `datetime(${at}${modifiers})`,
    `julianday(${at}${modifiers})`,
    `unixepoch(${at}${modifiers})`,
    `strftime(${make.bind(make.pick(TIME_FORMATS))}, ${at}${modifiers})`,
    `timediff(${at}, ${make.bind(make.pick(TIMES))})`,
  ]);
  return at === 'at' ? `id, ${call} FROM doc ORDER BY id` : call;
}

function print(make: Maker): string {
  return `printf(${make.bind(make.pick(PRINT_FORMATS))}, ${make.value()}, ${make.value()})`;
}

function text(make: Maker): string {
  const [one, two, three] = [make.value(), make.pick([make.value(), make.word()]), make.value()];
  return make.pick([
    `replace(${one}, ${two}, ${three})`,
    `substr(${one}, ${make.below(9) - 4}, ${make.below(9) - 4})`,
    `${one} LIKE ${two}, ${one} GLOB ${two}, like(${two}, ${one}, '\\')`,
    `instr(${one}, ${two}), trim(${one}, ${two})`,
    `concat_ws(${two}, ${one}, ${three}, NULL)`,
    `quote(${one}), hex(${one}), unhex(hex(${one}))`,
    `char(${make.small(2_000_000)}, 97), unicode(${one})`,
    `zeroblob(${make.below(20)}), length(zeroblob(${make.below(20)}))`,
    `unistr_quote(${one}), format('%s', ${one}), string_agg(${two}, ',')`,
    `iif(${one}, ${two}, ${three}), octet_length(${one})`,
  ]);
}

function number(make: Maker): string {
  const [one, two] = [make.value(), make.value()];
  const single = make.pick([
    'abs',
    'round',
    'sign',
    'exp',
    'ln',
    'sin',
    'atan',
    'sqrt',
    'trunc',
    'degrees',
    'cosh',
  ]);
  return make.pick([
    `${single}(${one})`,
    `round(${one}, ${make.small(20)})`,
    `power(${one}, ${two}), mod(${one}, ${two}), log(${one}, ${two}), atan2(${one}, ${two})`,
    `max(${one}, ${two}), min(${one}, ${two})`,
    `${one} / ${two}, ${one} % ${two}, ${one} << ${make.small(70)}`,
    `CAST(${one} AS INTEGER), CAST(${one} AS REAL), CAST(${one} AS NUMERIC), CAST(${one} AS TEXT)`,
  ]);
}
