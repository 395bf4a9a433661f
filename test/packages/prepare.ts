import { type ChildProcess, spawn } from 'node:child_process';
import type { TestProject } from 'vitest/node';
import { Project, tarball } from './project';
import { AGENT_NAMES, AGENTS, BUNDLERS_AND_RUNNERS, CANISTER_LIBRARIES, NODES } from './versions';

/** What all consumers share. */
export interface Prepared {
  /** Has the client, every agent, and the tools that applications are built and tested with. */
  readonly applicationFolder: string;
  /** Has the library, the replica and the command. */
  readonly canisterFolder: string;
  /** The archive manager, served by the installed command. */
  readonly host: string;
  readonly canisterId: string;
  /** Executables by major version. */
  readonly nodes: Readonly<Record<string, string>>;
}

declare module 'vitest' {
  interface ProvidedContext {
    prepared: Prepared;
  }
}

const MANIFEST = `${JSON.stringify({ name: 'consumer', private: true, type: 'module' })}\n`;

// biome-ignore lint/style/noDefaultExport: Vitest asks for it
export default async function prepare(vitest: TestProject): Promise<() => Promise<void>> {
  const downloaded = Object.keys(NODES).filter(
    (major) => major !== thisMajor && process.platform === 'linux' && process.arch === 'x64',
  );
  const application = timed('install the application', () => {
    const project = Project.create('application');
    project.write('package.json', MANIFEST);
    project.install(
      tarball('@tabularium/client'),
      ...AGENT_NAMES.flatMap((name) => AGENTS[name].packages),
      ...BUNDLERS_AND_RUNNERS,
      ...downloaded.map((major) => NODES[major]!),
    );
    return project;
  });
  const canister = timed('install the canister', () => {
    const project = Project.create('canister');
    project.write('package.json', MANIFEST);
    project.install(
      ...['tabularium', '@tabularium/replica', '@tabularium/cli', '@tabularium/client'].map(tarball),
      ...CANISTER_LIBRARIES,
    );
    return project;
  });
  const served = await serve(canister);
  vitest.provide('prepared', {
    applicationFolder: application.folder,
    canisterFolder: canister.folder,
    host: served.host,
    canisterId: served.canisterId,
    nodes: {
      [thisMajor]: process.execPath,
      ...Object.fromEntries(
        downloaded.map((major) => [major, application.path('node_modules', `node-${major}`, 'bin', 'node')]),
      ),
    },
  });
  return async () => {
    await served.stop();
    application.remove();
    canister.remove();
  };
}

const thisMajor = process.versions.node.split('.')[0]!;

function timed<T>(step: string, work: () => T): T {
  const started = performance.now();
  const result = work();
  console.log(`${step}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

interface Served {
  readonly host: string;
  readonly canisterId: string;
  stop(): Promise<void>;
}

/** `tabularium serve` as a project's script would run it. */
function serve(project: Project): Promise<Served> {
  const command = project.path('node_modules', '.bin', 'tabularium');
  const child: ChildProcess = spawn(command, ['serve', '--port', '0'], { cwd: project.folder });
  return new Promise((resolve, reject) => {
    let printed = '';
    const take = (data: Buffer) => {
      printed += data.toString();
      const host = /network\s+(http:\S+)/.exec(printed)?.[1];
      const canisterId = /canister\s+(\S+-cai)/.exec(printed)?.[1];
      if (host === undefined || canisterId === undefined) return;
      const stop = () =>
        new Promise<void>((stopped) => {
          child.once('exit', () => stopped());
          child.kill('SIGTERM');
        });
      resolve({ host, canisterId, stop });
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('exit', (code) => reject(new Error(`tabularium serve ended with ${code}:\n${printed}`)));
  });
}
