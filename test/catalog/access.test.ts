import { describe, expect, it } from 'vitest';
import { ANONYMOUS, assertController, authorise, type Caller, visibleArchives } from '../../catalog/access';
import { Catalog } from '../../catalog/catalog';
import { CatalogError } from '../../catalog/error';
import { MemoryRecordStore } from './memory-record-store';

const caller = (principal: string, isController = false): Caller => ({
  principal,
  isController: () => isController,
});
const controller = caller('operator', true);
const alice = caller('alice');
const mallory = caller('mallory');
const anonymous = caller(ANONYMOUS);

function catalogOfAlice(): Catalog {
  const catalog = Catalog.open(new MemoryRecordStore());
  catalog.add(catalog.propose('hers', 'alice', 0n));
  catalog.add(catalog.propose('open', ANONYMOUS, 0n));
  return catalog;
}

function outcome(action: () => unknown): string {
  try {
    action();
    return 'allowed';
  } catch (error) {
    return (error as CatalogError).code;
  }
}

describe('who may use an archive', () => {
  it.each([
    ['the owner', alice, 'hers', 'allowed'],
    ['a controller', controller, 'hers', 'allowed'],
    ['another tenant', mallory, 'hers', 'NOT_AUTHORISED'],
    ['nobody in particular', anonymous, 'hers', 'NOT_AUTHORISED'],
    ['nobody in particular, even as the recorded owner', anonymous, 'open', 'NOT_AUTHORISED'],
    ['a controller who errs', controller, 'none', 'ARCHIVE_NOT_FOUND'],
    ['a tenant who guesses', mallory, 'none', 'NOT_AUTHORISED'],
  ])('%s', (_, who, id, expected) => {
    expect(outcome(() => authorise(catalogOfAlice(), who, id))).toBe(expected);
  });

  it('answers a stranger alike whether the archive exists or not', () => {
    const messageFor = (id: string) => {
      try {
        authorise(catalogOfAlice(), mallory, id);
      } catch (error) {
        return (error as CatalogError).message.replace(id, '');
      }
      return undefined;
    };
    expect(messageFor('hers')).toBe(messageFor('none'));
  });
});

describe('who may govern', () => {
  it('only controllers', () => {
    expect(outcome(() => assertController(controller))).toBe('allowed');
    expect(outcome(() => assertController(alice))).toBe('NOT_AUTHORISED');
    expect(outcome(() => assertController(anonymous))).toBe('NOT_AUTHORISED');
  });
});

describe('what a list shows', () => {
  it('all archives to a controller, their own to a tenant, nothing to the anonymous', () => {
    const ids = (who: Caller) => visibleArchives(catalogOfAlice(), who).map((archive) => archive.id);
    expect(ids(controller)).toEqual(['hers', 'open']);
    expect(ids(alice)).toEqual(['hers']);
    expect(ids(mallory)).toEqual([]);
    expect(() => ids(anonymous)).toThrow(CatalogError);
  });
});
