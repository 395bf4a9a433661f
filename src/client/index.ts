export { idlFactory, type TabulariumService } from '../candid';
export { ArchiveAdmin, type BlockedUse } from './archive-admin';
export { ArchiveClient, type ClientResult, type ClientRow, type Progress } from './archive-client';
export { type CreationChoices, createArchiveRequest } from './creation';
export { TabulariumError } from './error';
export type { ArchiveFilter } from './listing';
export { TabulariumClient } from './tabularium-client';
export type { ClientParameter, ClientValue } from './values';
