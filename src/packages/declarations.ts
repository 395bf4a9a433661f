import type { ProjectManifest } from './project';

/** One npm package that is made of rooms of this repository. */
export interface PackageDeclaration {
  readonly name: string;
  readonly description: string;
  /** Folders below src/ whose files go into the package, as far as its exports reach them. */
  readonly rooms: readonly string[];
  /** Subpath to source file, or to a file that is copied. */
  readonly exports: Readonly<Record<string, string>>;
  /** Files that are found by their path, such as a child process: no export reaches them. */
  readonly started?: readonly string[];
  /** npm packages that are found by their folder, or that copied files import. */
  readonly looksUp?: readonly string[];
  /** npm packages that the application chooses, which this package uses with it. */
  readonly peers?: readonly string[];
  /** Commands by name. */
  readonly commands?: Readonly<Record<string, string>>;
  /** Files and folders that are copied as they are: path in the package to path in the repository. */
  readonly copied?: Readonly<Record<string, string>>;
  /** Small files that differ from the repository's: path to text. */
  readonly written?: Readonly<Record<string, string>>;
  /** Importing a file does nothing by itself, so that a bundler may leave out what is not used. */
  readonly pure?: boolean;
}

/**
 * What is published. Everything else follows: dependencies are the packages that the files import, in the versions of this
 * repository's package.json; an import of another package's room becomes an import of that package.
 */
export function packageDeclarations(manifest: ProjectManifest): readonly PackageDeclaration[] {
  return [
    {
      name: '@tabularium/client',
      description:
        'Calls a Tabularium canister, SQLite archives on the Internet Computer, from browsers and Node.',
      rooms: ['client', 'candid'],
      exports: { '.': 'src/client/index.ts' },
      pure: true,
    },
    {
      name: manifest.name,
      description:
        'SQLite in an Azle canister: database, migrations, Drizzle, and the link that builds the Wasm.',
      rooms: ['codec', 'database', 'drizzle', 'link', 'migrations', 'native', 'wasm'],
      // As this repository's own package.json has them, so that examples import the same names here and installed.
      exports: manifest.exports,
      started: ['src/link/host/bundle-child.ts', 'src/link/host/check-child.ts', 'src/codec/azle.ts'],
      looksUp: ['assemblyscript', 'tsx', 'wa-sqlite'],
      peers: ['azle', 'drizzle-orm'],
      copied: { 'lib/link/notices': 'src/link/notices', 'src/native/assembly': 'src/native/assembly' },
    },
    {
      name: '@tabularium/replica',
      description:
        "An Internet Computer replica inside Node, with PocketIC's interface: for tests of any canister.",
      rooms: ['replica', 'wasm'],
      exports: { '.': 'src/replica/index.ts' },
    },
    {
      name: '@tabularium/cli',
      description: 'The command tabularium: builds canisters with SQLite, runs them in a local network.',
      rooms: ['cli'],
      exports: { './command': 'bin/tabularium.mjs' },
      started: ['src/cli/main.ts'],
      commands: { tabularium: 'bin/tabularium.mjs' },
      copied: {
        'bin/tabularium.mjs': 'bin/tabularium.mjs',
        'examples/drizzle': 'examples/drizzle',
        'examples/kysely': 'examples/kysely',
        'examples/notes': 'examples/notes',
        'dist/tabularium.wasm.gz': 'dist/tabularium.wasm.gz',
        'dist/tabularium.did': 'dist/tabularium.did',
        'dist/THIRD-PARTY-NOTICES.txt': 'dist/THIRD-PARTY-NOTICES.txt',
      },
      // In the repository this file registers a loader for TypeScript first.
      written: { 'bin/thread.mjs': 'import "../lib/cli/main.js";\n' },
    },
    {
      name: 'create-tabularium',
      description: 'npm create tabularium: a new project with a canister that has SQLite.',
      rooms: [],
      exports: {},
      looksUp: ['@tabularium/cli'],
      commands: { 'create-tabularium': 'bin/create-tabularium.mjs' },
      copied: { 'bin/create-tabularium.mjs': 'bin/create-tabularium.mjs' },
    },
  ];
}
