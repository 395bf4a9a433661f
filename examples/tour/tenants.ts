/** The tour's tenants: each keeps the packages of one concern of this very project in an archive of its own. */
export interface Tenant {
  readonly archive: string;
  readonly title: string;
  /** Packages that this project's package.json names; what they need comes along. */
  readonly roots: readonly string[];
}

export const TENANTS: readonly Tenant[] = [
  {
    archive: 'runtime',
    title: 'runtime dependencies',
    roots: ['@dfinity/candid', '@dfinity/principal', 'azle', 'wa-sqlite'],
  },
  {
    archive: 'build',
    title: 'build tools',
    roots: ['assemblyscript', 'binaryen', 'tsx', 'typescript', '@biomejs/biome'],
  },
  { archive: 'test', title: 'test tools', roots: ['vitest', 'fast-check', '@hadronous/pic', '@types/node'] },
];
