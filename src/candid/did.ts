import { blob, type CandidType, type Method, typeOfField } from './declare';
import { replyOf } from './idl';
import { CandidInstallOptions } from './lifecycle';
import { METHODS } from './methods';

/** Words that mean something in Candid's grammar, so that a field or a method of that name stands in quotes. */
const KEYWORDS = new Set(
  (
    'blob bool composite_query empty float32 float64 func import int int16 int32 int64 int8 nat nat16 nat32 nat64 ' +
    'nat8 null oneway opt principal query record reserved service text type variant vec'
  ).split(' '),
);

/** Columns that a comment may fill. */
const LINE = 120;

/**
 * The interface as a .did file, with a name for every record, variant and reply, and the sentences of the declarations as
 * comments, which code generators hand on.
 */
export function didText(): string {
  const types = new Map<string, CandidType>();
  const texts = new Map<string, string>();
  /** A type as it stands in another one; what has a name is defined on the way. */
  const mention = (declared: CandidType): string => {
    switch (declared.kind) {
      case 'primitive':
        return declared.name;
      case 'opt':
        return `opt ${mention(declared.inner)}`;
      case 'vec':
        return declared === blob ? 'blob' : `vec ${mention(declared.inner)}`;
      case 'tuple':
        return `record { ${declared.parts.map(mention).join('; ')} }`;
      case 'record':
      case 'variant':
        define(declared);
        return declared.name;
    }
  };
  const define = (declared: CandidType & { readonly kind: 'record' | 'variant' }) => {
    const { kind, name, says, fields } = declared;
    const known = types.get(name);
    if (known === declared) return;
    if (known !== undefined) throw new TypeError(`two types are called ${name}`);
    types.set(name, declared);
    const members = Object.entries(fields).map(([label, declaredField]) => {
      const type = mention(typeOfField(declaredField));
      const tells = 'type' in declaredField ? comment(declaredField.says, '  ') : '';
      return `${tells}  ${quoted(label)}${kind === 'variant' && type === 'null' ? '' : ` : ${type}`};\n`;
    });
    texts.set(name, `${comment(says, '')}type ${name} = ${kind} {\n${members.join('')}};\n`);
  };

  const install = mention(CandidInstallOptions);
  const methods = Object.entries<Method>(METHODS).map(([name, method]) => {
    const takes = method.takes.map((taken) => `${quoted(taken.name)} : ${mention(taken.type)}`).join(', ');
    const query = method.kind === 'query' ? ' query' : '';
    return `${comment(method.says, '  ')}  ${quoted(name)} : (${takes}) -> (${mention(replyOf(method))})${query};\n`;
  });
  const defined = [...texts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => text);
  return `${defined.join('\n')}\nservice : (${install}) -> {\n${methods.join('')}}\n`;
}

function quoted(name: string): string {
  return KEYWORDS.has(name) ? `"${name}"` : name;
}

function comment(sentence: string, indent: string): string {
  if (sentence === '') return '';
  const lines = [''];
  for (const word of sentence.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && indent.length + 3 + line.length + 1 + word.length > LINE) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => `${indent}// ${line}\n`).join('');
}
