import { IDL } from '@dfinity/candid';
import { beforeEach, describe, expect, it } from 'vitest';
import { authoriseArchive, authoriseMethod } from '../../catalog/access/authorise';
import type { Caller } from '../../catalog/access/caller';
import { visibilityFor } from '../../catalog/access/visibility';
import { blockUse, setAccess } from '../../catalog/archives/changes';
import { deleteArchive } from '../../catalog/archives/life';
import { beginPurge, stepPurge } from '../../catalog/archives/purge';
import type { Catalog } from '../../catalog/catalog';
import { idlFactory, METHODS, type Method, type MethodName, type Role } from '../../src/candid';
import { documentedTable } from './documented-table';
import { anonymous, caller, create, messageOf, newCatalog, outcome } from './support';

const RULES = Object.entries(METHODS) as [MethodName, Method][];

const CALLERS: Record<Role | 'stranger' | 'anonymous', Caller> = {
  owner: caller('alice'),
  writer: caller('walter'),
  reader: caller('rita'),
  operator: caller('oscar'),
  controller: caller('carol', true),
  public: caller('paul'),
  audience: caller('paul'),
  signed: caller('paul'),
  stranger: caller('mallory'),
  anonymous,
};

let catalog: Catalog;
beforeEach(() => {
  catalog = newCatalog();
  catalog.changeHeader({ operators: ['oscar'] });
  const hers = create(catalog, 'hers', 'alice');
  setAccess(catalog, hers, { writers: ['walter'], readers: ['rita'] });
  create(catalog, 'his', 'bob');
});

function allowed(method: MethodName, who: Caller, reference: string): boolean {
  const { archive } = METHODS[method] as Method;
  const refusal = outcome(() =>
    archive === undefined
      ? authoriseMethod(catalog, who, method)
      : authoriseArchive(catalog, who, method, reference),
  );
  return refusal !== 'NOT_AUTHORISED';
}

describe('the table of methods and roles', () => {
  it('is the one in the documentation', () => {
    expect([...documentedTable()]).toEqual(RULES.map(([method, { roles }]) => [method, new Set(roles)]));
  });

  it('knows every method of the service by its kind', () => {
    const service = idlFactory({ IDL });
    const missing = service._fields.filter(([name, method]) => {
      const rule: Method | undefined = METHODS[name as MethodName];
      return rule?.kind !== (method.annotations.includes('query') ? 'query' : 'update');
    });
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it.each(RULES)('%s lets in whom the documentation says, and nobody else', (method, rule) => {
    const documented = documentedTable().get(method) ?? new Set();
    const everybodySigned = documented.has('signed');
    const everybody = documented.has('audience');
    for (const role of ['owner', 'writer', 'reader', 'operator', 'controller'] as const) {
      const about = role === 'operator' || role === 'controller' || rule.archive !== undefined;
      const expected = everybody || everybodySigned || (about && documented.has(role));
      expect([role, allowed(method, CALLERS[role], 'hers')]).toEqual([role, expected]);
    }
    for (const role of ['owner', 'writer', 'reader'] as const) {
      const elsewhere = allowed(method, CALLERS[role], 'his');
      expect([role, 'elsewhere', elsewhere]).toEqual([role, 'elsewhere', everybody || everybodySigned]);
    }
    expect(allowed(method, CALLERS.stranger, 'hers')).toBe(everybody || everybodySigned);
    expect(allowed(method, CALLERS.anonymous, 'hers')).toBe(everybody);
  });

  it.each(RULES)('%s with public reading', (method) => {
    setAccess(catalog, catalog.get('hers'), { publicRead: true });
    const roles = documentedTable().get(method) ?? new Set();
    expect(allowed(method, anonymous, 'hers')).toBe(roles.has('public') || roles.has('audience'));
    expect(allowed(method, anonymous, 'his')).toBe(roles.has('audience'));
  });

  it('reads rows for no operator', () => {
    expect(allowed('query', CALLERS.operator, 'hers')).toBe(false);
    expect(allowed('execute', CALLERS.operator, 'hers')).toBe(false);
  });

  it('hides the metrics from everybody when they have no audience', () => {
    catalog.changeHeader({ settings: { ...catalog.settings, metricsAudience: 'nobody' } });
    expect(allowed('http_request', anonymous, '')).toBe(false);
    expect(allowed('http_request', CALLERS.controller, '')).toBe(false);
  });
});

describe('a block on reads', () => {
  const ROWS: MethodName[] = [
    'query',
    'first',
    'query_page',
    'execute',
    'batch',
    'migrate',
    'adopt_migrations',
    'explain',
  ];
  const IMAGES: MethodName[] = ['db_begin_export', 'db_export_chunk'];

  /** Methods on an archive that the block keeps the caller from. */
  function closedTo(who: Caller): Set<MethodName> {
    const closed = RULES.filter(
      ([method, { archive }]) =>
        archive !== undefined &&
        outcome(() => authoriseArchive(catalog, who, method, 'hers')) === 'READS_BLOCKED',
    );
    return new Set(closed.map(([method]) => method));
  }

  it('of the owner closes statements, and leaves her the export', () => {
    blockUse(catalog, catalog.get('hers'), 'reads', { reason: 'moving', byController: false });
    expect(closedTo(CALLERS.owner)).toEqual(new Set(ROWS));
    expect(closedTo(CALLERS.controller)).toEqual(new Set(ROWS));
  });

  it('of a controller closes exports too, but not the backups of operators and controllers', () => {
    blockUse(catalog, catalog.get('hers'), 'reads', { reason: 'a court', byController: true });
    expect(closedTo(CALLERS.owner)).toEqual(new Set([...ROWS, ...IMAGES]));
    expect(closedTo(CALLERS.controller)).toEqual(new Set(ROWS));
    expect(closedTo(CALLERS.operator)).toEqual(new Set());
  });
});

describe('what refusals tell', () => {
  it('a stranger learns nothing about what exists', () => {
    const answer = (reference: string) =>
      messageOf(() => authoriseArchive(catalog, CALLERS.stranger, 'query', reference)).replace(reference, '');
    expect(new Set(['hers', 'none', 'hers@1', 'hers@7', 'none@1'].map(answer)).size).toBe(1);
  });

  it('a controller learns that an archive is missing', () => {
    expect(outcome(() => authoriseArchive(catalog, CALLERS.controller, 'query', 'none'))).toBe(
      'ARCHIVE_NOT_FOUND',
    );
    expect(outcome(() => authoriseArchive(catalog, CALLERS.controller, 'query', 'hers@9'))).toBe(
      'ARCHIVE_NOT_FOUND',
    );
    expect(outcome(() => authoriseArchive(catalog, CALLERS.controller, 'query', 'hers@0'))).toBe(
      'INVALID_REFERENCE',
    );
  });

  it('the holder of a stale reference never reaches the next tenant', () => {
    const purging = beginPurge(catalog, deleteArchive(catalog, catalog.get('hers'), 0n));
    stepPurge(catalog, purging, { release: () => true }, 0n);
    create(catalog, 'hers', 'bob');
    const ask = (who: Caller, reference: string) =>
      outcome(() => authoriseArchive(catalog, who, 'query', reference));
    expect(ask(CALLERS.owner, 'hers@1')).toBe('NOT_AUTHORISED');
    expect(ask(caller('bob'), 'hers@1')).toBe('REFERENCE_STALE');
    expect(ask(caller('bob'), 'hers@3')).toBe('allowed');
    expect(ask(CALLERS.controller, 'hers@1')).toBe('REFERENCE_STALE');
  });
});

describe('what a list shows', () => {
  it.each([
    ['controller', ['hers', 'his']],
    ['operator', ['hers', 'his']],
    ['owner', ['hers']],
    ['writer', ['hers']],
    ['reader', ['hers']],
    ['stranger', []],
  ] as const)('to a %s', (role, ids) => {
    expect(
      catalog
        .list()
        .filter(visibilityFor(catalog, CALLERS[role], 'list_archives'))
        .map((archive) => archive.id),
    ).toEqual(ids);
  });

  it('nothing to the anonymous, public reading or not', () => {
    setAccess(catalog, catalog.get('hers'), { publicRead: true });
    expect(outcome(() => visibilityFor(catalog, anonymous, 'list_archives'))).toBe('NOT_AUTHORISED');
  });
});
