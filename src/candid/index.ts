export { idlFactory, init, type TabulariumService } from './service';
export type {
  CandidArchive,
  CandidArchiveDescription,
  CandidCreateArchive,
  CandidExecution,
  CandidFailure,
  CandidInstallOptions,
  CandidMemoryReport,
  CandidResult,
  CandidValue,
} from './shapes';
export { candidTypes, type IdlModule } from './types';
