export { idlFactory, init, type TabulariumService } from './service';
export type {
  CandidArchive,
  CandidArchiveDescription,
  CandidCompaction,
  CandidCreateArchive,
  CandidExecution,
  CandidFailure,
  CandidInstallOptions,
  CandidMemoryReport,
  CandidResult,
  CandidSlotSpace,
  CandidValue,
} from './shapes';
export { candidTypes, type IdlModule } from './types';
