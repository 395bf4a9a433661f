#!/usr/bin/env node
// Commands run in a thread of their own, because a thread's stack can be chosen: canister code recurses on it, and the IC gives canisters
// 5 MiB, which V8's frames need a little more for.
import { Worker } from 'node:worker_threads';

const worker = new Worker(new URL('./thread.mjs', import.meta.url), {
  argv: process.argv.slice(2),
  resourceLimits: { stackSizeMb: 8 },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => worker.postMessage('stop'));
worker.on('exit', (code) => process.exit(code));
