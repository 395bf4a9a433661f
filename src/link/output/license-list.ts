/** One package as Azle's list of its Rust dependencies (dist/canister_templates/licenses.yml) has it. */
export interface ListedPackage {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
  /** SPDX expression. */
  readonly license: string;
  readonly texts: readonly { readonly license: string; readonly text: string }[];
}

/** What the list says where it has no text. */
const NO_TEXT = 'NOT FOUND';
const TEXT_KEY = '    text: ';
const TEXT_INDENT = '      ';

/**
 * Reads the subset of YAML in which the list is written: a sequence of flat maps, each with a sequence of licences whose texts are
 * block scalars or double-quoted strings.
 */
export function readLicenseList(yaml: string): ListedPackage[] {
  const lines = yaml.split('\n');
  const packages: {
    name: string;
    version: string;
    repository: string;
    license: string;
    texts: { license: string; text: string }[];
  }[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const current = packages.at(-1);
    if (line.startsWith('- package_name: ')) {
      packages.push({ name: plain(line), version: '', repository: '', license: '', texts: [] });
    } else if (!current) {
    } else if (line.startsWith('  package_version: ')) {
      current.version = plain(line);
    } else if (line.startsWith('  repository: ')) {
      current.repository = plain(line);
    } else if (line.startsWith('  license: ')) {
      current.license = plain(line);
    } else if (line.startsWith('  - license: ')) {
      current.texts.push({ license: plain(line), text: '' });
    } else if (line.startsWith(TEXT_KEY)) {
      const value = line.slice(TEXT_KEY.length);
      const block: string[] = [];
      if (value.startsWith('|')) {
        while (
          index + 1 < lines.length &&
          (lines[index + 1] === '' || lines[index + 1]!.startsWith(TEXT_INDENT))
        ) {
          block.push(lines[++index]!.slice(TEXT_INDENT.length));
        }
      }
      const text = value.startsWith('|')
        ? block.join('\n')
        : value.startsWith('"')
          ? (JSON.parse(value) as string)
          : value;
      current.texts.at(-1)!.text = text === NO_TEXT ? '' : text.trim();
    }
  }
  return packages;
}

function plain(line: string): string {
  return line.slice(line.indexOf(': ') + 2).replace(/^(['"])(.*)\1$/, '$2');
}
