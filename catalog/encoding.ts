import type { Archive } from './archive';
import { CatalogError } from './error';

/**
 * Records are JSON texts: the engine parses JSON natively, while a loop over bytes in interpreted JavaScript costs
 * a thousand instructions a step. Every record names its version; ids and principals are ASCII by their own rules.
 */
export const CATALOG_FORMAT = 'tabularium-catalog';
export const CATALOG_VERSION = 1;

export interface CatalogHeader {
  readonly nextGeneration: number;
}

export function encodeHeader(header: CatalogHeader): string {
  return JSON.stringify({ format: CATALOG_FORMAT, version: CATALOG_VERSION, ...header });
}

/** @throws {CatalogError} CATALOG_DAMAGED, CATALOG_VERSION_UNSUPPORTED */
export function decodeHeader(text: string): CatalogHeader {
  const fields = parseRecord(text, 'header');
  if (fields.format !== CATALOG_FORMAT) {
    throw damaged('header', `its format is ${JSON.stringify(fields.format)}`);
  }
  if (fields.version !== CATALOG_VERSION) {
    throw new CatalogError(
      'CATALOG_VERSION_UNSUPPORTED',
      `the catalog has version ${JSON.stringify(fields.version)}; this code reads version ${CATALOG_VERSION}: install the release that wrote it, nothing was changed`,
    );
  }
  return { nextGeneration: generationOf(fields, 'nextGeneration', 'header') };
}

export function encodeArchive(archive: Archive): string {
  return JSON.stringify({ ...archive, createdAt: archive.createdAt.toString() });
}

/** @throws {CatalogError} CATALOG_DAMAGED */
export function decodeArchive(text: string, slot: number): Archive {
  const where = `the record of slot ${slot}`;
  const fields = parseRecord(text, where);
  if (fields.slot !== slot) {
    throw damaged(where, `it names slot ${JSON.stringify(fields.slot)}`);
  }
  return {
    id: textOf(fields, 'id', where),
    slot,
    generation: generationOf(fields, 'generation', where),
    owner: textOf(fields, 'owner', where),
    createdAt: BigInt(textOf(fields, 'createdAt', where)),
  };
}

type Fields = Record<string, unknown>;

function parseRecord(text: string, where: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(where, 'it is not JSON');
  }
  if (typeof value !== 'object' || value === null) {
    throw damaged(where, 'it is not an object');
  }
  return value as Fields;
}

function textOf(fields: Fields, key: string, where: string): string {
  const value = fields[key];
  if (typeof value !== 'string') {
    throw damaged(where, `${key} is not a text`);
  }
  return value;
}

function generationOf(fields: Fields, key: string, where: string): number {
  const value = fields[key];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw damaged(where, `${key} is not a generation`);
  }
  return value;
}

function damaged(where: string, what: string): CatalogError {
  return new CatalogError('CATALOG_DAMAGED', `${where} of the catalog is damaged: ${what}`);
}
