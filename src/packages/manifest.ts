import { type CompiledPackage, PackagingError } from './compile';
import type { PackageDeclaration } from './declarations';
import type { ProjectManifest } from './project';

/**
 * The package.json of a package.
 * @param others the other packages of this repository
 */
export function packageManifest(
  declaration: PackageDeclaration,
  { files, imports }: CompiledPackage,
  project: ProjectManifest,
  others: readonly PackageDeclaration[],
): object {
  const { name, description, commands, copied, written, pure } = declaration;
  const peers = declaration.peers ?? [];
  const needed = [...new Set([...imports, ...(declaration.looksUp ?? [])])].filter(
    (needed) => !peers.includes(needed) && needed !== name,
  );
  const own = new Set(others.map((other) => other.name));
  const dependencies = Object.fromEntries(
    needed.sort().map((needed) => [needed, own.has(needed) ? project.version : versionOf(needed, project)]),
  );
  const peerDependencies = Object.fromEntries(peers.map((peer) => [peer, versionOf(peer, project)]));
  const optional = Object.fromEntries(
    peers.filter((peer) => project.peerDependenciesMeta[peer]).map((peer) => [peer, { optional: true }]),
  );
  const paths = [...files.keys(), ...Object.keys(copied ?? {}), ...Object.keys(written ?? {})];
  const folders = new Set(paths.map(firstFolder));
  return {
    name,
    version: project.version,
    description,
    license: project.license,
    type: 'module',
    engines: project.engines,
    exports: { ...exportsOf(declaration), './package.json': './package.json' },
    ...(commands && { bin: commands }),
    ...(pure && { sideEffects: false }),
    files: [...folders, 'CHANGELOG.md'],
    ...(needed.length > 0 && { dependencies }),
    ...(peers.length > 0 && { peerDependencies, peerDependenciesMeta: optional }),
  };
}

function exportsOf({ exports }: PackageDeclaration): object {
  return Object.fromEntries(
    Object.entries(exports).map(([subpath, source]) => {
      if (!source.endsWith('.ts')) return [subpath, `./${source}`];
      const built = source.replace(/^(?:\.\/)?src\//, './lib/').replace(/\.ts$/, '');
      return [subpath, { types: `${built}.d.ts`, default: `${built}.js` }];
    }),
  );
}

function versionOf(
  name: string,
  { dependencies, devDependencies, peerDependencies }: ProjectManifest,
): string {
  const version: string | undefined = peerDependencies[name] ?? dependencies[name] ?? devDependencies[name];
  if (version === undefined) throw new PackagingError(`package.json has no version of ${name}`);
  return version;
}

function firstFolder(path: string): string {
  return path.split('/')[0]!;
}
