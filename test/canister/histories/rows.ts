import { createArchiveRequest } from '../../../src/client';
import type { Rows } from './modelled-service';
import { type Choice, type Step, serving } from './step';

export const create: Step = async (model, { id }, fault) => {
  if (model.archives.has(id)) return;
  await model.message(
    fault,
    [],
    () => model.service.create_archive(createArchiveRequest(id, undefined)),
    ({ slot, generation }) => {
      const reference = `${id}@${generation}`;
      const live = { rows: new Map(), bytes: new Uint8Array(0) };
      // It serves from its first table on.
      model.archives.set(id, { reference, slot, state: 'copied', live, snapshots: new Map() });
    },
  );
  const archive = model.archives.get(id);
  if (archive === undefined) return;
  const createTable = 'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT NOT NULL)';
  await model.message(
    undefined,
    [archive.slot],
    () => model.service.execute(id, createTable, [], []),
    () => {
      archive.state = 'active';
      archive.live = model.imageOf(archive, new Map());
    },
  );
};

/** Runs SQL, which makes the rows something. */
const sql = (text: (choice: Choice) => string, becomes: (rows: Rows, choice: Choice) => Rows): Step =>
  serving((model, archive, choice, fault) =>
    model.message(
      fault,
      [archive.slot],
      () => model.service.execute(choice.id, text(choice), [], []),
      () => {
        archive.live = model.imageOf(archive, becomes(archive.live.rows, choice));
      },
    ),
  );

const written = ({ which, pages }: Choice): [number, string][] =>
  Array.from({ length: pages * 3 }, (_, n) => [which * 40 + n, `${'v'.repeat(which * 5)}${which * 40 + n}`]);

export const write = sql(
  ({
    which,
    pages,
  }) => `WITH RECURSIVE n(i) AS (SELECT ${which * 40} UNION ALL SELECT i + 1 FROM n LIMIT ${pages * 3})
    INSERT OR REPLACE INTO t SELECT i, '${'v'.repeat(which * 5)}' || i FROM n`,
  (rows, choice) => new Map([...rows, ...written(choice)]),
);

export const remove = sql(
  ({ which }) => `DELETE FROM t WHERE id % 3 = ${which % 3}`,
  (rows, { which }) => new Map([...rows].filter(([id]) => id % 3 !== which % 3)),
);

export const vacuum = sql(
  () => 'VACUUM',
  (rows) => rows,
);
