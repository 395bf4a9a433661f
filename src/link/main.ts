// `npm run build`: the canister and the Node module, audited, into dist/.

import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { LinkError } from './errors';
import { linkCanister } from './link-canister';
import { linkNode } from './link-node';
import { auditText } from './output/audit';
import { PACKAGE_ROOT } from './packages';

const started = performance.now();
const outDir = join(PACKAGE_ROOT, 'dist');
try {
  const [canister, node] = await Promise.all([
    linkCanister({
      main: 'canister/index.ts',
      name: 'tabularium',
      outDir,
      debug: process.argv.includes('--debug'),
      notices: true,
    }),
    linkNode({ outDir }),
  ]);
  process.stdout.write(`${auditText(canister.audit)}\n\n`);
  const files = [canister.wasm, canister.compressed, canister.candid, node.path];
  for (const file of [...files, join(outDir, 'THIRD-PARTY-NOTICES.txt')]) {
    process.stdout.write(
      `${relative(PACKAGE_ROOT, file).padEnd(36)} ${statSync(file).size.toLocaleString('en-GB').padStart(12)} bytes\n`,
    );
  }
  process.stdout.write(`built in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
} catch (error) {
  if (!(error instanceof LinkError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
