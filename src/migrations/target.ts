import type { NativeConnection, NativeModule } from '../native/interface';

/** The archive that migrations change, open. */
export interface MigrationTarget {
  readonly native: NativeModule;
  readonly connection: NativeConnection;
  /** Closes the connection and whatever stands on it: the archive's image is about to be replaced. */
  readonly close: () => void;
}
