import { CatalogError } from '../error';
import type { Labels } from './archive';

const MOST_LABELS = 16;
const KEY = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/;
const VALUE = /^[\x20-\x7e]{0,63}$/;

/** Chooses archives that carry a label, with any value when `value` is absent. */
export interface LabelSelector {
  readonly key: string;
  readonly value: string | undefined;
}

/**
 * Up to 16 labels: keys of 1 to 63 ASCII letters, digits, `.`, `_`, `/` or `-`, values of up to 63 printable ASCII
 * characters. An empty value makes the key a tag.
 *
 * @throws {CatalogError} INVALID_LABEL
 */
export function assertLabels(labels: Labels): void {
  const entries = Object.entries(labels);
  if (entries.length > MOST_LABELS) {
    throw new CatalogError(
      'INVALID_LABEL',
      `an archive has up to ${MOST_LABELS} labels, not ${entries.length}`,
    );
  }
  for (const [key, value] of entries) {
    if (!KEY.test(key) || !VALUE.test(value)) {
      throw new CatalogError(
        'INVALID_LABEL',
        `a label is a key of 1 to 63 ASCII letters, digits, '.', '_', '/' or '-' and a value of up to 63 printable ASCII characters, not ${JSON.stringify([key, value])}`,
      );
    }
  }
}

export function carriesLabel(labels: Labels, { key, value }: LabelSelector): boolean {
  return Object.hasOwn(labels, key) && (value === undefined || labels[key] === value);
}
