import { expressions } from './expressions';
import type { Family } from './family';
import { functions } from './functions';
import { queries } from './queries';
import { schemas } from './schemas';
import { search } from './search';
import { transactions } from './transactions';
import { writes } from './writes';

export type { Family };

/** Every family, and how many of its statements are compared. */
export const FAMILIES: readonly { readonly family: Family; readonly statements: number }[] = [
  { family: expressions, statements: 1_400 },
  { family: queries, statements: 900 },
  { family: writes, statements: 1_400 },
  { family: functions, statements: 1_200 },
  { family: schemas, statements: 700 },
  { family: transactions, statements: 600 },
  { family: search, statements: 400 },
];
