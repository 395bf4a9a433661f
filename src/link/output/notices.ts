import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SoftwarePart } from '../engine/descriptor';
import { LinkError } from '../errors';
import { findPackage, LINK_FOLDER, type Package } from '../packages';
import { type ListedPackage, readLicenseList } from './license-list';

const NOTICES = join(LINK_FOLDER, 'notices');
const RULE = '='.repeat(80);

/** Software in the canister, and the installed package that its licence file comes from. */
export interface NoticedParts {
  readonly parts: readonly SoftwarePart[];
  readonly installed: Package;
}

/**
 * Text of THIRD-PARTY-NOTICES.txt: what is in the canister's Wasm, under which licence, and each licence text once.
 * @param groups parts of the engine, of Azle's template and of the compiler's runtime
 * @param rustPackages Azle's own list of the Rust crates in its templates
 * @param bundled modules of the canister's JavaScript, by path relative to `root`
 */
export function composeNotices(
  groups: readonly NoticedParts[],
  rustPackages: string,
  bundled: readonly string[],
  root: string,
): string {
  const sections = [
    ...groups.flatMap(({ parts, installed }) => parts.map((part) => partSection(part, installed))),
    ...scriptPackages(bundled, root).map(scriptSection),
  ];
  const crates = readLicenseList(rustPackages);
  return [
    'Third-party software in the canister',
    '',
    'The WebAssembly module that this package builds contains the software below, besides its own.',
    '',
    ...sections.flatMap((section) => [RULE, section.trimEnd(), '']),
    RULE,
    "Rust crates in Azle's canister templates, as Azle lists them",
    '(a crate that offers a choice of licences is used under MIT where that is among them)',
    '',
    ...crates.map((crate) =>
      `${crate.name} ${crate.version} (${crate.license}) ${crate.repository}`.trimEnd(),
    ),
    '',
    ...crateTexts(crates),
  ].join('\n');
}

function partSection(part: SoftwarePart, installed: Package): string {
  const title = `${[part.name, part.version].filter(Boolean).join(' ')} (${part.license})`;
  const path =
    part.text.from === 'package' ? join(installed.folder, part.text.file) : join(NOTICES, part.text.file);
  if (!existsSync(path)) {
    throw new LinkError(
      'package-missing',
      `the licence of ${part.name} is not at ${part.text.file}`,
      'Correct its descriptor',
    );
  }
  return `${title}\n${part.source}\n\n${readFileSync(path, 'utf8')}`;
}

interface ScriptPackage extends Package {
  readonly license: string;
}

/** Packages of the bundled modules, each once, by name. */
function scriptPackages(bundled: readonly string[], root: string): ScriptPackage[] {
  const marker = 'node_modules/';
  const names = new Set(
    bundled.flatMap((path) => {
      const at = path.lastIndexOf(marker);
      if (at < 0) return [];
      const [scope, name] = path.slice(at + marker.length).split('/');
      return [scope!.startsWith('@') ? `${scope}/${name}` : scope!];
    }),
  );
  return [...names].sort().map((name) => {
    const installed = findPackage(name, root);
    const manifest = JSON.parse(readFileSync(join(installed.folder, 'package.json'), 'utf8')) as {
      license?: string;
    };
    return { ...installed, license: manifest.license ?? 'see below' };
  });
}

function scriptSection(installed: ScriptPackage): string {
  const file = readdirSync(installed.folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  const text = file
    ? readFileSync(join(installed.folder, file), 'utf8')
    : 'The package carries no licence text of its own.';
  return `${installed.name} ${installed.version} (${installed.license})\nJavaScript package\n\n${text}`;
}

interface SharedText {
  readonly body: string;
  readonly holders: string[];
}

/** Each licence text once, with the copyright lines of the crates that it covers. */
function crateTexts(crates: readonly ListedPackage[]): string[] {
  const shared = new Map<string, SharedText>();
  for (const crate of crates) {
    for (const { license, text } of chosenTexts(crate)) {
      const { body, copyright } = splitCopyright(text);
      const key = body.replace(/\s+/g, ' ').toLowerCase();
      const entry = shared.get(key) ?? { body: `${license}\n\n${body}`, holders: [] };
      entry.holders.push(`  ${crate.name} ${crate.version}${copyright.map((line) => `: ${line}`).join('')}`);
      shared.set(key, entry);
    }
  }
  return [...shared.values()].flatMap(({ body, holders }) => [RULE, body, '', 'applies to', ...holders, '']);
}

/** Where a crate offers a choice, the first licence with a text; otherwise all of them. */
function chosenTexts({
  license,
  texts,
}: ListedPackage): readonly { readonly license: string; readonly text: string }[] {
  const present = texts.filter(({ text }) => text !== '');
  const isChoice = / OR |\//.test(license) && !/ AND /.test(license);
  if (!isChoice) return present;
  return (
    present.some((entry) => entry.license === 'MIT')
      ? present.filter((entry) => entry.license === 'MIT')
      : present
  ).slice(0, 1);
}

function splitCopyright(text: string): { readonly body: string; readonly copyright: string[] } {
  const copyright: string[] = [];
  const lines = text.split('\n');
  const head = lines.slice(0, COPYRIGHT_LINES).filter((line) => {
    if (!/^\s*(copyright\b|\(c\)|©)/i.test(line) || /copyright (and|notice|license)/i.test(line)) return true;
    copyright.push(line.trim());
    return false;
  });
  return { body: [...head, ...lines.slice(COPYRIGHT_LINES)].join('\n').trim(), copyright };
}

/** How far into a licence text its copyright lines are looked for. */
const COPYRIGHT_LINES = 12;
