export { DrizzleDatabase, drizzle } from './drizzle';
export type { MigrationBundle } from './migration-bundle';
