// npx tsx test/native/golden/write.ts <name>: adds a golden file, see README.md.

import { addGolden } from './golden-file';
import { goldens } from './scenarios';

const name = process.argv[2];
const golden = goldens.find((candidate) => candidate.name === name);
if (!golden?.write) {
  throw new Error(
    `name one of: ${goldens
      .filter(({ write }) => write)
      .map((candidate) => candidate.name)
      .join(', ')}`,
  );
}
await addGolden(golden.name, await golden.write());
