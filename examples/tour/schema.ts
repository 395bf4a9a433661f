/** The tables of each tenant, one statement a message. */
export const SCHEMA = [
  `CREATE TABLE package(
     id INTEGER PRIMARY KEY,
     name TEXT NOT NULL,
     version TEXT NOT NULL,
     licence TEXT NOT NULL,
     description TEXT NOT NULL,
     UNIQUE(name, version))`,
  `CREATE TABLE file(
     package_id INTEGER NOT NULL REFERENCES package(id),
     path TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     PRIMARY KEY(package_id, path)) WITHOUT ROWID`,
  `CREATE TABLE dependency(
     package_id INTEGER NOT NULL REFERENCES package(id),
     name TEXT NOT NULL,
     range TEXT NOT NULL,
     PRIMARY KEY(package_id, name)) WITHOUT ROWID`,
  `CREATE VIRTUAL TABLE readme USING fts5(name, body, tokenize = 'porter')`,
] as const;

/**
 * Each takes one JSON text of packages: SQLite's own JSON functions turn a message's worth of them into rows, so that
 * thousands of rows need a handful of messages.
 */
export const FILL = [
  `INSERT INTO package(name, version, licence, description)
   SELECT value ->> 'name', value ->> 'version', value ->> 'licence', value ->> 'description' FROM json_each(?1)`,
  `INSERT INTO file(package_id, path, bytes)
   SELECT package.id, file.value ->> 'path', file.value ->> 'bytes'
   FROM json_each(?1) AS installed
   JOIN json_each(installed.value, '$.files') AS file
   JOIN package ON package.name = installed.value ->> 'name' AND package.version = installed.value ->> 'version'`,
  `INSERT INTO dependency(package_id, name, range)
   SELECT package.id, dependency.value ->> 'name', dependency.value ->> 'range'
   FROM json_each(?1) AS installed
   JOIN json_each(installed.value, '$.dependencies') AS dependency
   JOIN package ON package.name = installed.value ->> 'name' AND package.version = installed.value ->> 'version'`,
  `INSERT INTO readme(rowid, name, body)
   SELECT package.id, package.name, installed.value ->> 'readme'
   FROM json_each(?1) AS installed
   JOIN package ON package.name = installed.value ->> 'name' AND package.version = installed.value ->> 'version'`,
] as const;

/** Tables with rows of their own, each with an order that makes two copies comparable row by row. */
export const TABLES = [
  { name: 'package', order: 'id' },
  { name: 'file', order: 'package_id, path' },
  { name: 'dependency', order: 'package_id, name' },
  { name: 'readme', order: 'rowid' },
] as const;
