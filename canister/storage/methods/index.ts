import { AdoptionMethods } from './adoption';
import { ExportMethods } from './exports';
import { ForkMethods } from './forks';
import { ImportMethods } from './imports';
import { IntegrityMethods } from './integrity';
import { SnapshotMethods } from './snapshots';
import { SpaceMethods } from './space';

/** The methods on archives as stored images, theme by theme. */
export const storageMethodClasses = [
  ExportMethods,
  ImportMethods,
  SnapshotMethods,
  ForkMethods,
  SpaceMethods,
  IntegrityMethods,
  AdoptionMethods,
];
