import type { Archive, ArchiveLife, Block } from '../archives/archive';
import type { Fields } from './fields';
import { archiveSettingsOf, limitsOf } from './settings-fields';

const LIVES = [
  'active',
  'importing',
  'deleted',
  'purging',
  'damaged',
] as const satisfies ArchiveLife['state'][];

/** An archive as its record spells it: times become texts, what is absent is left out. */
export function archiveToFields(archive: Archive): object {
  return { ...archive, createdAt: String(archive.createdAt), life: lifeToFields(archive.life) };
}

/** @throws {CatalogError} CATALOG_DAMAGED */
export function archiveOf(fields: Fields): Archive {
  const access = fields.object('access');
  return {
    slot: fields.natural('slot'),
    id: fields.text('id'),
    generation: fields.natural('generation'),
    owner: fields.text('owner'),
    createdAt: fields.time('createdAt'),
    pageSize: fields.natural('pageSize'),
    life: lifeOf(fields.object('life')),
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
      return { ...life, deletedAt: String(life.deletedAt), recoverableUntil: String(life.recoverableUntil) };
    case 'purging':
      return { ...life, deletedAt: String(life.deletedAt) };
    default:
      return life;
  }
}

function lifeOf(fields: Fields): ArchiveLife {
  const state = fields.oneOf('state', LIVES);
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
    case 'damaged':
      return { state, reason: fields.text('reason') };
    default:
      return { state };
  }
}

function blockOf(fields: Fields | undefined): Block | undefined {
  return fields && { reason: fields.text('reason'), byController: fields.flag('byController') };
}
