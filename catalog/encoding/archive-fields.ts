import type { Archive, ArchiveLife, Block } from '../archives/archive';
import type { ArchiveCell } from '../slots/archive-cell';
import type { Fields } from './fields';
import { archiveSettingsOf, limitsOf } from './settings-fields';

export const LIFE_STATES: readonly ArchiveLife['state'][] = [
  'active',
  'importing',
  'deleted',
  'purging',
  'migrating',
  'damaged',
];

/** The body of an archive's record: all but what the head says. Times become texts, what is absent is left out. */
export function archiveToFields({ slot, id, generation, life, createdAt, ...others }: Archive): object {
  return { ...others, createdAt: String(createdAt), life: lifeToFields(life) };
}

/** @throws {CatalogError} CATALOG_DAMAGED */
export function archiveOf({ slot, id, generation, state }: ArchiveCell, fields: Fields): Archive {
  const access = fields.object('access');
  return {
    slot,
    id,
    generation,
    owner: fields.text('owner'),
    createdAt: fields.time('createdAt'),
    pageSize: fields.natural('pageSize'),
    life: lifeOf(state, fields.object('life')),
    access: {
      writers: access.texts('writers'),
      readers: access.texts('readers'),
      publicRead: access.flag('publicRead'),
    },
    blockedReads: blockOf(fields.optionalObject('blockedReads')),
    blockedWrites: blockOf(fields.optionalObject('blockedWrites')),
    labels: fields.textsByName('labels'),
    settings: archiveSettingsOf(fields.object('settings')),
    limits: limitsOf(fields.object('limits')),
  };
}

function lifeToFields(life: ArchiveLife): object {
  switch (life.state) {
    case 'deleted':
      return {
        deletedAt: String(life.deletedAt),
        recoverableUntil: String(life.recoverableUntil),
        damage: life.damage,
      };
    case 'purging':
      return { deletedAt: String(life.deletedAt) };
    case 'migrating':
      return { version: life.version };
    case 'damaged':
      return { reason: life.reason };
    default:
      return {};
  }
}

function lifeOf(state: ArchiveLife['state'], fields: Fields): ArchiveLife {
  switch (state) {
    case 'deleted':
      return {
        state,
        deletedAt: fields.time('deletedAt'),
        recoverableUntil: fields.time('recoverableUntil'),
        damage: fields.optionalText('damage'),
      };
    case 'purging':
      return { state, deletedAt: fields.time('deletedAt') };
    case 'migrating':
      return { state, version: fields.natural('version') };
    case 'damaged':
      return { state, reason: fields.text('reason') };
    default:
      return { state };
  }
}

function blockOf(fields: Fields | undefined): Block | undefined {
  return fields && { reason: fields.text('reason'), byController: fields.flag('byController') };
}
