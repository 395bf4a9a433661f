export { DrizzleDatabase, drizzle } from './drizzle';
export type { MigrationBundle } from './migrations';
