export * from './adoption';
export * from './checks';
export * from './checksums';
export * from './exports';
export * from './forks';
export * from './imports';
export * from './snapshots';
export * from './space';
