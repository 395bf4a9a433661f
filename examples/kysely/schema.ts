import type { Generated } from 'kysely';

export interface AccountTable {
  id: Generated<number>;
  owner: string;
  /** In cents; the table refuses a negative one. */
  balance: number;
}

export interface TransferTable {
  id: Generated<number>;
  from_account: number;
  to_account: number;
  amount: number;
  /** Seconds since 1970, by the IC's clock. */
  at: Generated<number>;
}

export interface Schema {
  account: AccountTable;
  transfer: TransferTable;
}
