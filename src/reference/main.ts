// `npm run reference`: writes what follows from the declarations and is kept beside the sources.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { derivedFiles } from './pages';

const project = fileURLToPath(new URL('../..', import.meta.url));
for (const { path, text } of derivedFiles(project)) {
  const file = join(project, path);
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    writeFileSync(file, text);
    process.stdout.write(`${path} was written anew\n`);
  }
}
