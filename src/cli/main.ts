import { parentPort } from 'node:worker_threads';
import { bundleMigrations } from './bundle-migrations';
import { dev } from './dev';
import { init } from './init';
import { link } from './link';
import { serve } from './serve';
import { UsageError } from './usage-error';

const USAGE = `tabularium <command>

  init               makes a project with a canister of your own; tabularium init --help
  dev                links a canister, runs it in a local network, and upgrades it on each change; tabularium dev --help
  link               builds an Azle canister of your own with SQLite in it; tabularium link --help
  serve              runs the canister in a local network that agents talk to; tabularium serve --help
  bundle-migrations  writes a folder of SQL migrations into a module for a canister; tabularium bundle-migrations --help

Documentation: docs/USE-IN-YOUR-CANISTER.md, docs/SERVE.md, docs/MIGRATIONS.md`;

/** A command's work. @param stopped fires when the user wants it to end; its reason is what to say of work that was given up */
type Command = (options: string[], stopped: AbortSignal) => Promise<void>;

const COMMANDS: Readonly<Record<string, Command>> = {
  init,
  dev,
  link,
  serve,
  'bundle-migrations': bundleMigrations,
};

async function main([name, ...options]: readonly string[]): Promise<void> {
  if (name === undefined || name === 'help' || name === '--help') {
    console.log(USAGE);
    return;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new UsageError(`there is no command '${name}'\n\n${USAGE}`);
  const stop = new AbortController();
  parentPort?.once('message', () => stop.abort(new Error('stopped; nothing was written')));
  await command(options, stop.signal);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`tabularium: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
parentPort?.unref();
