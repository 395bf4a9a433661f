import type { Golden } from '../golden-file';
import { adoption } from './adoption';
import { archive } from './archive';
import { checksums } from './checksums';
import { images } from './images';
import { stagedImport } from './import';
import { memoryManager } from './memory-manager';
import { pageStore } from './page-store';
import { privateMemory } from './private-memory';

export const goldens: readonly Golden[] = [
  memoryManager,
  privateMemory,
  pageStore,
  archive,
  images,
  stagedImport,
  checksums,
  adoption,
];
