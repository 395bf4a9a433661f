import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, inject, it } from 'vitest';
import { Project, REPOSITORY, tarball } from './project';
import { MODULE_WAYS, STRICTEST, typeErrors } from './types';
import { AGENT_NAMES, AGENTS, type AgentName } from './versions';

const { applicationFolder, host, canisterId, nodes } = inject('prepared');
const project = new Project(applicationFolder);
const SOURCE = readFileSync(join(REPOSITORY, 'test', 'packages', 'projects', 'application.ts'), 'utf8');
const DEVELOPER = 'wv6j5-bxdcb-gpfpb-c6tyh-h466d-d7vao-glgv5-o4m3n-tliwq-l4kwq-gae';

/** The application over one agent: `<folder>/application.ts`, its JavaScript, and `<folder>/main.js`, which prints what it is told. */
function written(name: AgentName): string {
  const { agent, identity } = AGENTS[name];
  const folder = `over-${name.replace(/\W+/g, '-')}`;
  const source = SOURCE.replace("'agent'", `'${agent}'`).replace("'identity'", `'${identity}'`);
  project.write(`${folder}/application.ts`, source);
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  project.write(`${folder}/application.js`, outputText);
  project.write(
    `${folder}/main.js`,
    `import { application } from './application.js';
const [host, canisterId, name] = globalThis.process.argv.slice(2);
application(host, canisterId, name).then((told) => console.log(JSON.stringify(told)));
`,
  );
  return folder;
}

let archives = 0;
/** A name that no archive has yet. */
function newArchive(): string {
  return `application-${process.pid}-${archives++}`;
}

const EXPECTED = {
  visits: [{ page: '/pricing', times: 2 }],
  owner: DEVELOPER,
  refusal: 'SQLITE_ERROR',
};

describe.each(AGENT_NAMES)('an application over %s', (name) => {
  const folder = written(name);

  it.each(Object.keys(nodes))('runs in Node %s without a loader', (major) => {
    const printed = project.node(nodes[major]!, `${folder}/main.js`, host, canisterId, newArchive());
    expect(JSON.parse(printed)).toEqual(EXPECTED);
  });

  it.each(Object.keys(MODULE_WAYS))('type-checks under %s and the strictest flags', (way) => {
    const options = { ...STRICTEST, ...MODULE_WAYS[way], lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] };
    expect(typeErrors(project, [`${folder}/application.ts`], options)).toEqual([]);
  });
});

describe('an application', () => {
  const folder = written('@dfinity/agent 3');
  const main = project.path(folder, 'main.js');

  it.each([
    [
      'esbuild',
      `npx esbuild ${main} --bundle --platform=browser --format=iife --outfile=bundled/esbuild.cjs`,
    ],
    [
      'webpack',
      `npx webpack ${main} --mode production --target web --output-path ${project.path('bundled')} --output-filename webpack.cjs`,
    ],
    ['Vite', 'npx vite build --config vite.browser.js'],
  ])('is bundled for browsers by %s', (bundler, command) => {
    project.write(
      'vite.browser.js',
      `export default { logLevel: 'error', build: { outDir: 'bundled', emptyOutDir: false,
        lib: { entry: '${folder}/main.js', formats: ['iife'], name: 'bundle', fileName: () => 'Vite.cjs' } } };`,
    );
    project.run(command);
    const printed = project.node(process.execPath, `bundled/${bundler}.cjs`, host, canisterId, newArchive());
    expect(JSON.parse(printed)).toEqual(EXPECTED);
  });

  const TEST = `import { application } from './application.js';
test('the application', async () => {
  const told = await application('${host}', '${canisterId}', 'NAME');
  expect(told.visits).toEqual([{ page: '/pricing', times: 2 }]);
});
`;

  it('is tested by Jest', () => {
    project.write(
      `${folder}/jest/application.test.js`,
      TEST.replace('NAME', newArchive()).replace('./', '../'),
    );
    project.run(`npx jest --rootDir ${folder}/jest --testEnvironment node`, {
      NODE_OPTIONS: '--experimental-vm-modules',
    });
  });

  it('is tested by Vitest', () => {
    const imports = "import { expect, test } from 'vitest';\n";
    project.write(
      `${folder}/vitest/application.test.js`,
      imports + TEST.replace('NAME', newArchive()).replace('./', '../'),
    );
    project.run(`npx vitest run --root ${folder}/vitest`, { VITEST: '' });
  });

  it('type-checks by TypeScript 7', () => {
    const strict = '--strict --skipLibCheck --noEmit --target es2022 --lib es2022,dom';
    project.run(
      `node node_modules/typescript-7/bin/tsc --module nodenext ${strict} ${folder}/application.ts`,
    );
  });
});

it('the client has no dependency, and its types need neither an agent nor a browser', () => {
  const alone = Project.create('client');
  try {
    alone.write('package.json', '{"type":"module"}');
    alone.install(tarball('@tabularium/client'));
    expect(alone.installedBytes).toBeLessThan(1_000_000);
    alone.write('alone.ts', "export { TabulariumClient, idlFactory } from '@tabularium/client';\n");
    const options = { ...STRICTEST, ...MODULE_WAYS.nodenext, lib: ['lib.es2022.d.ts'] };
    expect(typeErrors(alone, ['alone.ts'], options)).toEqual([]);
  } finally {
    alone.remove();
  }
});

it('the client and an agent take less than 25 MB, without Azle, AssemblyScript or binaryen', () => {
  const small = Project.create('small');
  try {
    small.write('package.json', '{"type":"module"}');
    small.install(tarball('@tabularium/client'), ...AGENTS['@dfinity/agent 3'].packages);
    console.log(`the client with @dfinity/agent: ${(small.installedBytes / 1e6).toFixed(1)} MB`);
    expect(small.installedBytes).toBeLessThan(25_000_000);
    expect(small.run('npm ls --all --parseable')).not.toMatch(/azle|assemblyscript|binaryen/);
  } finally {
    small.remove();
  }
});
