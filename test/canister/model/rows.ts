import { runStockSqlite } from '../../../examples/tour/stock-sqlite';
import type { CandidExecution } from '../../../src/candid';
import { toResult } from '../../../src/client/results';

/*
 * Every archive of the model holds one row, which tells whose it is and how often it was written. The generation is a
 * text of constant length, so that an image to be imported is made by replacing it.
 */

const DIGITS = 10;
const ANY_GENERATION = nameOf(0);

export const READ_ROWS = 'SELECT name, writes FROM tenant';
export const WRITE_ROWS = 'UPDATE tenant SET writes = writes + 1 RETURNING name, writes';

export function createRows(generation: number): string {
  return `CREATE TABLE tenant(name TEXT, writes INTEGER); INSERT INTO tenant VALUES ('${nameOf(generation)}', 0)`;
}

/** What the rows tell. */
export function readRows(execution: CandidExecution): { generation: number; writes: number } {
  const { rows } = toResult(execution);
  const { name, writes } = rows[0] as { name: string; writes: number };
  return { generation: Number(name.slice(-DIGITS)), writes };
}

/** An image of somebody's rows, for {@link imageFor}. */
export async function anyImage(): Promise<Uint8Array> {
  return (await runStockSqlite(new Uint8Array(0), createRows(0))).image;
}

/** @param image {@link anyImage}'s */
export function imageFor(image: Uint8Array, generation: number): Uint8Array {
  const copy = Buffer.from(image);
  copy.write(nameOf(generation), copy.indexOf(ANY_GENERATION), 'latin1');
  return new Uint8Array(copy);
}

function nameOf(generation: number): string {
  return `generation ${String(generation).padStart(DIGITS, '0')}`;
}
