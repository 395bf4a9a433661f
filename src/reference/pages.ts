import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_CANISTER_SETTINGS } from '../../catalog/canister-settings';
import {
  argumentLimitOf,
  CandidArchiveLimits,
  CandidArchiveSettings,
  CandidBudgets,
  CandidCanisterSettings,
  CandidInstallOptions,
  CandidJobIntervals,
  CandidSlotRange,
  CandidSnapshotRetention,
  type CandidType,
  MESSAGE_LIMIT,
  METHODS,
  type Method,
  type MethodName,
  ROLES,
  ROOMS,
  replyOf,
  typeOfField,
  USUAL_ARGUMENT_LIMIT,
} from '../candid';
import { didText } from '../candid/did';
import { knownLimits } from './limits';

/** The files that follow from the declarations. A test finds the ones in the project to be these. */
export function derivedFiles(project: string): { readonly path: string; readonly text: string }[] {
  const access = 'docs/ACCESS.md';
  return [
    { path: 'canister/index.did', text: didText() },
    { path: 'docs/REFERENCE.md', text: referencePage(project) },
    { path: access, text: accessPage(readFileSync(join(project, access), 'utf8')) },
  ];
}

type Named = CandidType & { readonly kind: 'record' | 'variant' };

/** The page of everything that is declared: methods, types, settings, limits. */
function referencePage(project: string): string {
  const settings: readonly CandidType[] = [
    CandidCanisterSettings,
    CandidArchiveSettings,
    CandidArchiveLimits,
    CandidBudgets,
    CandidJobIntervals,
    CandidSnapshotRetention,
    ...(CandidInstallOptions.kind === 'opt' ? [CandidInstallOptions.inner] : []),
    CandidSlotRange,
  ];
  const others = namedTypes().filter((type) => !settings.includes(type));
  return `# Reference

Every method, type, setting and limit of the canister. \`npm run reference\` makes this page of the declarations in
\`src/candid\` and of the constants in the sources; a test keeps the two alike. The same declarations make
\`canister/index.did\`. Who may call what is in [ACCESS.md](ACCESS.md), codes of refusals are in [ERRORS.md](ERRORS.md).

## Methods

A method answers \`{ ok }\` with what stands behind the arrow, or \`{ err }\` with a \`Failure\`, but for \`http_request\`, whose
reply is the gateways'. An archive is named by \`id\` or \`id@generation\`. An argument has at most
${thousands(USUAL_ARGUMENT_LIMIT)} bytes, where a method is not marked *large*: ${thousands(MESSAGE_LIMIT)} bytes, or
whatever the IC carries. *Audited* methods leave an entry in the audit log.

${ROOMS.map(roomSection).join('\n')}
## Settings

An absent \`opt\` follows what stands above it: a call's the archive's, an archive's the canister's.

${settings.map((type) => typeSection(type as Named)).join('\n')}
### Defaults

A canister that nobody configured has these.

| setting | value |
|---|---|
${defaultRows(DEFAULT_CANISTER_SETTINGS).join('\n')}

## Limits

Bounds that no setting moves; all are the most, where nothing else is said.

| what | bound | declared in |
|---|---:|---|
${knownLimits(project)
  .map(({ what, unit, file, value }) => `| ${what} | ${thousands(value)} ${unit} | \`${file}\` |`)
  .join('\n')}

## Types

${others.map(typeSection).join('\n')}`;
}

function roomSection({ title, says, methods }: (typeof ROOMS)[number]): string {
  const rows = Object.entries(methods).map(([name, method]) => {
    const { kind, takes, audited } = method;
    const signature = `${name}(${takes.map((taken) => `${taken.name}: ${spell(taken.type)}`).join(', ')})`;
    const reply = spell(method.answers ?? replyOf(method));
    const marks = [
      kind,
      ...(argumentLimitOf(name as MethodName) === USUAL_ARGUMENT_LIMIT ? [] : ['large']),
      ...(audited ? ['audited'] : []),
    ];
    return `| \`${signature} → ${reply}\` | ${marks.join(', ')} | ${method.says} |`;
  });
  return `### ${title}

${says}

| method | | |
|---|---|---|
${rows.join('\n')}
`;
}

function typeSection({ kind, name, says, fields }: Named): string {
  const rows = Object.entries(fields).map(([label, declared]) => {
    const type = spell(typeOfField(declared));
    return `| \`${label}\` | ${type === 'null' ? '' : `\`${type}\``} | ${'type' in declared ? declared.says : ''} |`;
  });
  return `### ${name}

${says}

| ${kind === 'record' ? 'field' : 'case'} | type | |
|---|---|---|
${rows.join('\n')}
`;
}

/** A type as Candid spells it, by its name where it has one. */
function spell(type: CandidType): string {
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'opt':
      return `opt ${spell(type.inner)}`;
    case 'vec':
      return type.inner.kind === 'primitive' && type.inner.name === 'nat8'
        ? 'blob'
        : `vec ${spell(type.inner)}`;
    case 'tuple':
      return `record { ${type.parts.map(spell).join('; ')} }`;
    case 'record':
    case 'variant':
      return type.name;
  }
}

/** Every record and variant that a method or the installation mentions, by name. */
function namedTypes(): Named[] {
  const found = new Map<string, Named>();
  const visit = (type: CandidType): void => {
    switch (type.kind) {
      case 'primitive':
        return;
      case 'opt':
      case 'vec':
        visit(type.inner);
        return;
      case 'tuple':
        type.parts.forEach(visit);
        return;
      case 'record':
      case 'variant':
        if (found.has(type.name)) return;
        found.set(type.name, type);
        Object.values(type.fields).map(typeOfField).forEach(visit);
        return;
    }
  };
  visit(CandidInstallOptions);
  for (const method of Object.values<Method>(METHODS)) {
    for (const { type } of method.takes) visit(type);
    const reply = replyOf(method);
    // What every method answers with is told once, above.
    if (method.answers === undefined) visit(reply);
    else if (reply.kind === 'variant') Object.values(reply.fields).map(typeOfField).forEach(visit);
  }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The settings' values by their names in Candid. */
function defaultRows(settings: object, path = ''): string[] {
  return Object.entries(settings).flatMap(([key, value]: [string, unknown]) => {
    const name = path + key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
      return defaultRows(value, `${name}.`);
    }
    const told = typeof value === 'number' ? thousands(value) : typeof value === 'string' ? value : 'absent';
    return [`| \`${name}\` | ${told} |`];
  });
}

const TABLE_HEAD = /^\| method \| kind \|.*\n\|[-|]+\n/m;

/** docs/ACCESS.md with the table of methods that the declarations give. */
function accessPage(page: string): string {
  const head = page.match(TABLE_HEAD);
  if (head?.index === undefined) {
    throw new Error('docs/ACCESS.md has lost the head of its table of methods');
  }
  const before = page.slice(0, head.index + head[0].length);
  const after = page.slice(before.length).replace(/^(?:\|.*\n)*/, '');
  const rows = Object.entries<Method>(METHODS).map(([name, { kind, archive = '', roles }]) => {
    const marks = ROLES.map((role) => ` ${roles.includes(role) ? 'yes' : ''} |`);
    return `| \`${name}\` | ${kind} | ${archive} |${marks.join('')}\n`;
  });
  return before + rows.join('') + after;
}

function thousands(value: number): string {
  return value.toLocaleString('en-GB');
}
