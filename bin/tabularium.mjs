#!/usr/bin/env node
// Commands run in a thread of their own, because a thread's stack can be chosen: canister code recurses on it, and the IC gives canisters
// 5 MiB, which V8's frames need a little more for.
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Milliseconds that a command has to end after a signal. A network has as long as it wants: it finishes the message that is running. */
const PATIENCE = 3000;
/** Milliseconds in which a signal may come twice: the terminal sends Ctrl-C to npx and to this, and npx passes it on. */
const ECHO = 300;
/** Milliseconds between looks at the processes that started this one. */
const LOOK = 1000;
const serves = ['serve', 'dev'].includes(process.argv[2]);

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

// npm and npx start a command through a shell, and a signal that ends them may not get here. A network that nobody waits for ends too.
if (process.env.npm_execpath !== undefined) {
  const before = starters();
  setInterval(() => {
    if (!stoppedBy && starters() !== before) stop('SIGTERM');
  }, LOOK).unref();
}

/** Who started this process, and where the system tells it who started that one: both change when theirs ends. */
function starters() {
  try {
    // Fields of proc(5)'s stat; the second is a name in parentheses, which may hold anything.
    const [, parent] = readFileSync(`/proc/${process.ppid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return `${process.ppid} ${parent}`;
  } catch {
    return String(process.ppid);
  }
}
