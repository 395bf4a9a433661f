import { readFileSync } from 'node:fs';
import { IDL } from '@dfinity/candid';
import { expect, it } from 'vitest';
import { idlFactory } from '../../src/candid';
import { builtCanister } from '../support/tabularium';

it('the published .did and the idlFactory that clients use declare the same methods', async () => {
  const did = readFileSync((await builtCanister()).replace(/\.wasm$/, '.did'), 'utf8');
  const methods = [...did.matchAll(/^ {4}"?(\w+)"?: \((.*)\) -> \((.*)\)( query)?;$/gm)];
  const published = methods.map(([, name, args, results, query]) => [
    name,
    sameTypes(args!),
    sameTypes(results!),
    query !== undefined,
  ]);
  const declared = idlFactory({ IDL })._fields.map(([name, type]) => [
    name,
    sameTypes(type.argTypes.map((argument) => argument.name).join(', ')),
    sameTypes(type.retTypes.map((result) => result.name).join(', ')),
    type.annotations.includes('query'),
  ]);
  expect(new Map(published.map((method) => [method[0], method]))).toEqual(
    new Map(declared.map((method) => [method[0], method])),
  );
});

/** Both spell types as Candid text; one writes `blob`, quotes keywords, and leaves out null, white space and tuples' names. */
function sameTypes(types: string): string {
  return types
    .replaceAll(/[\s"]|:null\b/g, '')
    .replaceAll(/_\d+_:/g, '')
    .replaceAll('vecnat8', 'blob')
    .replaceAll(';}', '}');
}
