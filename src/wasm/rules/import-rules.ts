import type { Import } from '../imports';
import { SYSTEM_MODULE, systemInterface } from '../system-interface';
import { type FunctionType, functionTypeText } from '../types';
import type { Violations } from './report';

/** Checks that every import is a function of module `ic0` with the IC's type. @returns the imported names, each once */
export function checkImports(
  imports: readonly Import[],
  types: readonly FunctionType[],
  wideMemory: boolean,
  violations: Violations,
): string[] {
  const offered = systemInterface(wideMemory);
  const names = new Set<string>();
  for (const entry of imports) {
    const name = `${entry.module}.${entry.name}`;
    names.add(name);
    if (entry.module !== SYSTEM_MODULE) {
      violations.add('import-module', `import ${name}: the IC offers module ${SYSTEM_MODULE} only`);
      continue;
    }
    if (entry.kind !== 'function') {
      violations.add('import-kind', `import ${name} is a ${entry.kind}, the IC offers functions only`);
      continue;
    }
    const expected = offered.get(entry.name);
    if (!expected) {
      violations.add('import-name', `import ${name} does not exist`);
      continue;
    }
    const found = types[entry.typeIndex];
    const foundText = found ? functionTypeText(found) : 'an unknown type';
    if (foundText !== functionTypeText(expected)) {
      violations.add(
        'import-signature',
        `import ${name} is ${foundText}, the IC's is ${functionTypeText(expected)}`,
      );
    }
  }
  return [...names];
}
