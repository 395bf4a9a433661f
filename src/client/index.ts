export { idlFactory, type TabulariumService } from '../candid';
export { ArchiveClient, type ClientResult, type ClientRow, type Progress } from './archive-client';
export { TabulariumError } from './error';
export { TabulariumClient } from './tabularium-client';
export type { ClientParameter, ClientValue } from './values';
