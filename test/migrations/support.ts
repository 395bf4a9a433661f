import { installFacade } from '../../src/database';
import type { MigrationTarget, SqlMigration } from '../../src/migrations';
import type { NativeModule } from '../../src/native/interface';
import { BufferStableMemory, NodeHost } from '../../src/native/node';
import { nativeModule } from '../support/native-host';

const SLOT = 120;

/** An archive in Node whose instruction counter goes on with every look, by one at first: so small budgets end between statements. */
export class MigratedArchive {
  private constructor(
    private host: NodeHost,
    private readonly stableMemory: BufferStableMemory,
    private readonly clock: Clock,
  ) {
    installFacade(host.native);
    this.target = this.#open();
  }

  target: MigrationTarget;

  static async create(): Promise<MigratedArchive> {
    const stableMemory = new BufferStableMemory();
    const clock: Clock = { instructions: 0n, step: 1n };
    const host = await startCounting(stableMemory, clock);
    installFacade(host.native);
    host.native.create(SLOT, 1).close();
    return new MigratedArchive(host, stableMemory, clock);
  }

  /** Lets every look at the counter cost more. */
  slowDown(step: bigint): void {
    this.clock.step = step;
  }

  get native(): NativeModule {
    return this.host.native;
  }

  /** A new heap over the same stable memory. */
  async upgrade(): Promise<void> {
    this.host = await startCounting(this.stableMemory, this.clock);
    installFacade(this.host.native);
    this.target = this.#open();
  }

  /** The archive as the next message finds it, opened again when the last one closed it. */
  reopen(): MigrationTarget {
    if (!this.target.connection.isOpen()) this.target = this.#open();
    return this.target;
  }

  rows(sql: string): unknown[] {
    const statement = this.reopen().connection.prepare(sql).raw();
    try {
      return statement.all();
    } finally {
      statement.finalize();
    }
  }

  /** Schema and rows of everything, as text. */
  content(): string {
    const tables = this.rows("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name") as [
      string,
      string,
    ][];
    return JSON.stringify(
      tables.map(([name, sql]) => [
        sql,
        name === '_tabularium_migrations' ? this.versions() : this.rows(`SELECT * FROM "${name}"`),
      ]),
    );
  }

  versions(): unknown[] {
    return this.rows('SELECT version, name, state FROM _tabularium_migrations ORDER BY version');
  }

  snapshots(): string[] {
    return this.native.listSnapshots(SLOT).map(({ name }) => name!);
  }

  #open(): MigrationTarget {
    const { native } = this.host;
    const connection = native.open(SLOT);
    return {
      native,
      connection,
      close: () => connection.close(),
    };
  }
}

interface Clock {
  instructions: bigint;
  step: bigint;
}

async function startCounting(stableMemory: BufferStableMemory, clock: Clock): Promise<NodeHost> {
  const instructions = () => {
    clock.instructions += clock.step;
    return clock.instructions;
  };
  return new NodeHost({ module: await nativeModule(), stableMemory, instructions });
}

/** Migrations by their SQL, numbered from 1. */
export function numbered(...texts: readonly string[]): SqlMigration[] {
  return texts.map((sql, index) => ({ version: index + 1, name: `step-${index + 1}`, sql }));
}
