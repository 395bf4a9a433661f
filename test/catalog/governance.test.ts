import { beforeEach, describe, expect, it } from 'vitest';
import { deleteArchive, renameArchive } from '../../catalog/archives/life';
import { AuditLog } from '../../catalog/audit/audit-log';
import { CatalogError } from '../../catalog/error';
import { Governance } from '../../catalog/governance';
import { CELL_CAPACITY } from '../../catalog/record-store';
import type { MethodName } from '../../src/candid';
import { MemoryRecordStore } from './memory-record-store';
import { caller, create, newCatalog, outcome, SECOND } from './support';

const event = (n: number) => ({
  at: BigInt(n),
  caller: 'alice',
  method: 'rename_archive',
  archive: `a@${n + 1}`,
  outcome: 'ok',
  detail: `number ${n}`,
});

function filled(count: number, ring = 4): { log: AuditLog; store: MemoryRecordStore } {
  const store = new MemoryRecordStore();
  const log = AuditLog.open(store, ring);
  for (let n = 0; n < count; n++) {
    log.append(event(n));
  }
  return { log, store };
}

const everything = (log: AuditLog, limit: number) => {
  const sequences: number[] = [];
  for (let before: number | undefined; ; ) {
    const page = log.page(before, limit);
    sequences.push(...page.entries.map(({ sequence }) => sequence));
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    if (page.next === undefined) {
      return sequences;
    }
    before = page.next;
  }
};

const downTo = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, index) => from - index);

describe('the audit log', () => {
  it('is empty and unwritten at first', () => {
    const { log, store } = filled(0);
    expect(log.page(undefined, 10)).toEqual({ entries: [], next: undefined });
    expect(store.cells.size).toBe(0);
  });

  it.each([1, 23, 24, 25, 49, 96])(
    'pages through %i entries, the newest first, and goes on after an upgrade',
    (count) => {
      const { log, store } = filled(count);
      expect(everything(log, 7)).toEqual(downTo(count - 1, 0));
      const again = AuditLog.open(store.copy());
      expect(everything(again, 50)).toEqual(downTo(count - 1, 0));
      again.append(event(count));
      expect(again.page(undefined, 1).entries).toEqual([{ ...event(count), sequence: count }]);
    },
  );

  it('is bounded: the newest block takes the place of the oldest', () => {
    const { log, store } = filled(24 * 10 + 5);
    expect(everything(log, 100)).toEqual(downTo(244, 24 * 7));
    expect(store.cells.size).toBe(1 + 4);
    expect(everything(AuditLog.open(store), 100)).toEqual(downTo(244, 24 * 7));
  });

  it('loses no more than a damaged block, and never reuses its numbers', () => {
    const { store } = filled(30);
    const damaged = new (class extends MemoryRecordStore {
      override read(cell: number): string | undefined {
        if (cell === 2) {
          throw new CatalogError('CATALOG_DAMAGED', 'cell 2 does not match its checksum');
        }
        return super.read(cell);
      }
    })(store.cells);
    const log = AuditLog.open(damaged);
    expect(log.nextSequence).toBe(48);
    log.append(event(48));
    expect(everything(log, 100)).toEqual([48, ...downTo(23, 0)]);
  });

  it.each([
    ['a later version', '"version":1', '"version":9', 'AUDIT_LOG_VERSION_UNSUPPORTED'],
    ['another format', 'tabularium-audit', 'other', 'AUDIT_LOG_DAMAGED'],
  ])('of %s is refused untouched', (_, from, to, code) => {
    const { store } = filled(3);
    store.cells.set(0, (store.cells.get(0) ?? '').replace(from, to));
    const before = new Map(store.cells);
    expect(outcome(() => AuditLog.open(store))).toBe(code);
    expect(store.cells).toEqual(before);
  });

  it('fits 24 of the longest entries in a cell', () => {
    const store = new MemoryRecordStore();
    const log = AuditLog.open(store);
    const longest = {
      at: 2n ** 64n - 1n,
      caller: 'a'.repeat(63),
      method: 'describe_fleet_operation',
      archive: `${'a'.repeat(64)}@${Number.MAX_SAFE_INTEGER}`,
      outcome: 'OPERATIONS_VERSION_UNSUPPORTED',
      detail: '\u{1f980}"'.repeat(1_000),
    };
    for (let n = 0; n < 24; n++) {
      log.append(n % 2 === 0 ? longest : { ...longest, archive: `acme@${'x'.repeat(16_000)}` });
    }
    expect(store.cells.get(1)?.length).toBeLessThanOrEqual(CELL_CAPACITY);
    expect(log.page(undefined, 1).entries[0]?.detail).toMatch(/^\u{1f980}"\u{1f980}.*\.\.\.$/u);
    expect(log.page(undefined, 1).entries[0]?.archive).toMatch(/^acme@x{50,80}\.\.\.$/);
  });

  it('goes on behind a block that is too full for another entry', () => {
    const { store } = filled(3);
    const block = store.cells.get(1) ?? '';
    store.cells.set(1, block.replace('"a@1"', `"a@${'x'.repeat(CELL_CAPACITY - block.length)}"`));
    const log = AuditLog.open(store);
    log.append(event(24));
    expect(everything(log, 100)).toEqual([24, 2, 1, 0]);
    expect(everything(AuditLog.open(store), 100)).toEqual([24, 2, 1, 0]);
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('governed methods', () => {
  let governance: Governance;
  const call = (who: string, method: MethodName) => ({
    caller: caller(who, who === 'root'),
    method,
    now: 7n,
    detail: 'why',
  });
  const log = () =>
    governance.audit
      .page(undefined, 10)
      .entries.map(({ caller, method, archive, outcome }) => [caller, method, archive, outcome]);

  beforeEach(() => {
    governance = new Governance(newCatalog(), AuditLog.open(new MemoryRecordStore()));
    create(governance.catalog, 'a', 'alice');
  });

  it('log what was done, under the reference that lasts', () => {
    governance.onArchive(call('root', 'rename_archive'), 'a', (archive) =>
      renameArchive(governance.catalog, archive, 'b'),
    );
    governance.onCanister(call('root', 'set_operators'), () =>
      governance.catalog.changeHeader({ operators: ['oscar'] }),
    );
    expect(log()).toEqual([
      ['root', 'set_operators', undefined, 'ok'],
      ['root', 'rename_archive', 'a@1', 'ok'],
    ]);
  });

  it('log what was refused to somebody with a right to ask, and pass the refusal on', () => {
    create(governance.catalog, 'b');
    expect(
      outcome(() =>
        governance.onArchive(call('root', 'rename_archive'), 'a', (archive) =>
          renameArchive(governance.catalog, archive, 'b'),
        ),
      ),
    ).toBe('ARCHIVE_EXISTS');
    expect(outcome(() => governance.onArchive(call('root', 'delete_archive'), 'zzz', () => undefined))).toBe(
      'ARCHIVE_NOT_FOUND',
    );
    expect(log()).toEqual([
      ['root', 'delete_archive', 'zzz', 'ARCHIVE_NOT_FOUND'],
      ['root', 'rename_archive', 'a@1', 'ARCHIVE_EXISTS'],
    ]);
  });

  it('do not let strangers fill the log, nor log reading', () => {
    expect(outcome(() => governance.onArchive(call('mallory', 'delete_archive'), 'a', () => undefined))).toBe(
      'NOT_AUTHORISED',
    );
    expect(governance.onArchive(call('alice', 'query'), 'a', ({ slot }) => slot)).toBe(120);
    expect(log()).toEqual([]);
  });

  it('tell a reference that fits nothing by its beginning, however long it is', () => {
    for (let n = 0; n < 30; n++) {
      const reference = `a@${'x'.repeat(16_000)}`;
      expect(
        outcome(() => governance.onArchive(call('alice', 'block_archive'), reference, () => undefined)),
      ).toBe('INVALID_REFERENCE');
    }
    expect(outcome(() => governance.onCanister(call('root', 'set_operators'), () => undefined))).toBe(
      'allowed',
    );
    expect(log()[0]).toEqual(['root', 'set_operators', undefined, 'ok']);
    expect(log()[1]?.[2]).toMatch(/^a@x+\.\.\.$/);
  });

  it('trap rather than do what cannot be logged', () => {
    const full = new (class extends MemoryRecordStore {
      override write(): void {
        throw new CatalogError('CATALOG_FULL', 'no stable memory left');
      }
    })();
    const unlogged = new Governance(governance.catalog, AuditLog.open(full));
    const trap = thrownBy(() =>
      unlogged.onArchive(call('alice', 'delete_archive'), 'a', (archive) =>
        deleteArchive(unlogged.catalog, archive, 7n),
      ),
    );
    expect(trap).toMatchObject({ message: expect.stringContaining('audit log cannot be written') });
    expect(trap).not.toHaveProperty('code');
  });

  describe('by tenants', () => {
    const HOUR = 3_600n * SECOND;
    const protect = (who: string, reference: string, now: bigint) =>
      outcome(() =>
        governance.onArchive({ ...call(who, 'configure_archive'), now }, reference, () => undefined),
      );
    const told = () => governance.audit.page(undefined, 10_000).entries;

    it('take a bounded part of the log a day for each kind of call, and are counted beyond it', () => {
      for (let n = 0; n < 10_000; n++) protect('alice', 'a', BigInt(n) * SECOND);
      expect(told()).toHaveLength(24);
      expect(told()[0]).toMatchObject({ detail: 'why' });
      protect('alice', 'a', 24n * HOUR);
      expect(told()).toHaveLength(25);
      expect(told()[0]).toMatchObject({ detail: 'after 9976 like it that were only counted: why' });
      protect('alice', 'a', 24n * HOUR);
      expect(told()[0]).toMatchObject({ detail: 'why' });
    });

    it('keep nothing else of the same archive, of other archives or of controllers out', () => {
      create(governance.catalog, 'b', 'bob');
      for (let n = 0; n < 100; n++) protect('alice', 'a', 7n);
      protect('bob', 'b', 7n);
      protect('root', 'a', 7n);
      governance.onArchive(call('alice', 'delete_archive'), 'a', (archive) =>
        deleteArchive(governance.catalog, archive, 7n),
      );
      expect(log().slice(0, 3)).toEqual([
        ['alice', 'delete_archive', 'a@1', 'ok'],
        ['root', 'configure_archive', 'a@1', 'ok'],
        ['bob', 'configure_archive', 'b@2', 'ok'],
      ]);
    });

    it('have one part for all that is refused', () => {
      const refused = (method: MethodName, reference: string) =>
        outcome(() =>
          governance.onArchive(call('alice', method), reference, () => {
            throw new CatalogError('INVALID_SETTING', 'no');
          }),
        );
      for (let n = 0; n < 50; n++) {
        expect(refused('configure_archive', 'a')).toBe('INVALID_SETTING');
        expect(refused('block_archive', 'a')).toBe('INVALID_SETTING');
        expect(refused('block_archive', `a@${n}x`)).toBe('INVALID_REFERENCE');
        expect(refused('block_archive', `a@${n + 2}`)).toBe('ARCHIVE_NOT_FOUND');
      }
      expect(told().length).toBeLessThanOrEqual(48);
      expect(protect('alice', 'a', 7n)).toBe('allowed');
      expect(log()[0]).toEqual(['alice', 'configure_archive', 'a@1', 'ok']);
    });
  });

  it('pass a defect on without a trace', () => {
    const defect = () =>
      governance.onArchive(call('alice', 'delete_archive'), 'a', () => {
        throw new TypeError('defect');
      });
    expect(defect).toThrow(TypeError);
    expect(log()).toEqual([]);
  });
});
