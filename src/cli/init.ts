import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { UsageError } from './usage-error';

const INIT_USAGE = `tabularium init <folder> [options]

Makes a project with a canister of your own in a new folder, and installs what it needs.

  --template <name>    notes: SQL, plain (default); drizzle; kysely
  --packages <folder>  takes Tabularium's packages from tarballs, as npm run package writes them in a clone
  --no-install         does not run npm install
  --help               this text`;

/** Where this package lies: templates are the examples of the repository, in the same folder here and installed. */
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** What each template needs beside Azle and this project's packages. */
const TEMPLATES = {
  notes: {},
  drizzle: { 'drizzle-orm': '0.45.4' },
  kysely: { kysely: '0.28.18' },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

type TemplateName = keyof typeof TEMPLATES;

/** Versions that a project gets beside the template's own. */
const AZLE = '0.33.0';
const CANDID = '3.4.3';
const TOOLS = { '@types/node': '20.19.25', tsx: '4.23.15', typescript: '5.9.3' };

interface InitOptions {
  readonly folder: string;
  readonly template: TemplateName;
  /** Folder of tarballs. */
  readonly packages: string | undefined;
  readonly install: boolean;
}

/** Writes a project from a template. */
export async function init(args: string[]): Promise<void> {
  const options = parseInitOptions(args);
  if (!options) {
    console.log(INIT_USAGE);
    return;
  }
  const folder = resolve(options.folder);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new UsageError(`${options.folder} is there already, and is not empty`);
  }
  for (const [path, text] of projectFiles(options, folder)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  if (options.install) {
    console.log('installing what it needs');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      stdio: 'inherit',
    });
  }
  console.log(`${options.folder}: a canister by the template '${options.template}'. In it

  npm test         builds it, and tests it in the embedded replica
  npm run dev      runs it in a local network, and upgrades it on each change
  npm run build    dist/canister.wasm.gz, for the IC`);
}

/** Files of a new project: the template's, and those that every project has. */
function projectFiles({ template, packages }: InitOptions, folder: string): Map<string, string> {
  const source = join(PACKAGE, 'examples', template);
  const files = new Map<string, string>();
  for (const file of readdirSync(source)) {
    const isTest = file.endsWith('.test.ts');
    files.set(join(isTest ? 'test' : 'src', file), readFileSync(join(source, file), 'utf8'));
  }
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-');
  files.set('package.json', json(manifest(name, template, packages && relative(folder, resolve(packages)))));
  files.set('tsconfig.json', json(TSCONFIG));
  files.set('dfx.json', json(dfx(name)));
  files.set('icp.yaml', icp(name));
  files.set('.gitignore', 'node_modules\ndist/\n.tabularium/\n.dfx/\n.icp/\n');
  files.set('README.md', readme(name));
  return files;
}

/** @param packages folder of tarballs, relative to the project; the registry's packages without it */
function manifest(name: string, template: TemplateName, packages: string | undefined): object {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  const own = (packageName: string) =>
    packages === undefined
      ? version
      : `file:${packages}/${packageName.replace('@', '').replace('/', '-')}-${version}.tgz`;
  const link = 'tabularium link src/canister.ts';
  return {
    name,
    private: true,
    type: 'module',
    scripts: {
      build: link,
      test: `${link} && node --stack-size=3900 --import tsx test/canister.test.ts`,
      dev: 'tabularium dev src/canister.ts',
      start: `${link} && tabularium serve --canister dist/canister.wasm.gz`,
      typecheck: 'tsc',
    },
    dependencies: { azle: AZLE, ...TEMPLATES[template], tabularium: own('tabularium') },
    devDependencies: {
      '@dfinity/candid': CANDID,
      '@tabularium/cli': own('@tabularium/cli'),
      '@tabularium/replica': own('@tabularium/replica'),
      ...TOOLS,
    },
  };
}

/** Azle's package is TypeScript sources, which the compiler checks too: flags that are stricter than Azle's own find errors there. */
const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'ESNext',
    moduleResolution: 'bundler',
    lib: ['ES2024', 'ESNext.Disposable'],
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['src', 'test'],
};

function dfx(name: string): object {
  const canister = {
    type: 'custom',
    build: 'npx tabularium link src/canister.ts',
    wasm: 'dist/canister.wasm.gz',
    candid: 'dist/canister.did',
  };
  return { canisters: { [name]: canister } };
}

function icp(name: string): string {
  return `canisters:
  - name: ${name}
    build:
      steps:
        - type: script
          commands:
            - npx tabularium link src/canister.ts
            - cp dist/canister.wasm.gz "$ICP_WASM_OUTPUT_PATH"
`;
}

function readme(name: string): string {
  return `# ${name}

A canister with SQLite in it, in TypeScript.

    npm test         builds it, and tests it in the embedded replica
    npm run dev      runs it in a local network, and upgrades it on each change
    npm run build    dist/canister.wasm.gz and dist/canister.did, for the IC
`;
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** @returns undefined when only help is asked for @throws UsageError */
function parseInitOptions(args: string[]): InitOptions | undefined {
  const { values, positionals } = parsed(args);
  if (values.help) return undefined;
  const [folder, ...more] = positionals;
  if (folder === undefined) throw new UsageError(`which folder?\n\n${INIT_USAGE}`);
  if (more.length > 0) throw new UsageError(`one folder, not also ${more.join(', ')}\n\n${INIT_USAGE}`);
  const { template, packages } = values;
  if (!Object.hasOwn(TEMPLATES, template)) {
    throw new UsageError(
      `--template: there is no '${template}', but ${Object.keys(TEMPLATES).join(', ')}\n\n${INIT_USAGE}`,
    );
  }
  return { folder, template: template as TemplateName, packages, install: !values['no-install'] };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        template: { type: 'string', default: 'notes' },
        packages: { type: 'string' },
        'no-install': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${INIT_USAGE}`);
  }
}
