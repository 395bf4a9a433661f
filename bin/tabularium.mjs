#!/usr/bin/env node
// Commands run in a thread of their own, because a thread's stack can be chosen: canister code recurses on it, and the IC gives canisters
// 5 MiB, which V8's frames need a little more for.
import { constants } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Milliseconds that a command has to end after a signal. `serve` has as long as it wants: it finishes the message that is running. */
const PATIENCE = 3000;
/** Milliseconds in which a signal may come twice: the terminal sends Ctrl-C to npx and to this, and npx passes it on. */
const ECHO = 300;
const serves = process.argv[2] === 'serve';

const worker = new Worker(new URL('./thread.mjs', import.meta.url), {
  argv: process.argv.slice(2),
  resourceLimits: { stackSizeMb: 8 },
});

let stoppedBy;
let stoppedAt = 0;

function stop(signal) {
  if (stoppedBy) {
    if (performance.now() - stoppedAt > ECHO) endBy(signal);
    return;
  }
  stoppedBy = signal;
  stoppedAt = performance.now();
  worker.postMessage('stop');
  if (!serves) setTimeout(endBy, PATIENCE, signal).unref();
  else if (signal !== 'SIGPIPE') {
    console.error(
      'stopping once the running message is finished; Ctrl-C again stops at once: what was finished before is saved',
    );
  }
}

function endBy(signal) {
  process.exit(128 + constants.signals[signal]);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(signal));
// Whoever reads the output may go before the command ends, as `head` does.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
    if (!stoppedBy) stop('SIGPIPE');
  });
}
worker.on('exit', (code) => {
  if (stoppedBy && code !== 0) endBy(stoppedBy);
  process.exit(code);
});
