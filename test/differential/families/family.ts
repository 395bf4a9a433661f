import type { Maker } from '../maker';

/** Statements about one part of SQL. */
export interface Family {
  readonly title: string;
  /** What has to run before; several statements. */
  readonly schema: string;
  /** Tables whose content must agree in the end. */
  readonly tables: readonly string[];
  /** The next statement, right or wrong. */
  write(make: Maker): string;
}
