import { statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { auditText, LinkError, linkCanister } from '../link';
import { UsageError } from './usage-error';

const LINK_USAGE = `tabularium link <entry file> [options]

Builds an Azle canister with SQLite in it: <name>.wasm, <name>.wasm.gz, <name>.did, and <name>.js.map, by which
stack traces are read. Run it in the project's folder.

  --out <folder>   where the results go (dist)
  --name <name>    their base name (the entry file's)
  --no-check       do not check the types of the canister and of what it imports
  --debug          write <name>.debug.wasm as well, with function names
  --notices        write THIRD-PARTY-NOTICES.txt as well, to be given along with the canister
  --help           this text`;

interface LinkOptions {
  readonly main: string;
  readonly out: string;
  readonly name: string | undefined;
  readonly check: boolean;
  readonly debug: boolean;
  readonly notices: boolean;
}

/** Links the canister of the project in the working folder. */
export async function link(args: string[], stopped: AbortSignal): Promise<void> {
  const options = parseLinkOptions(args);
  if (!options) {
    console.log(LINK_USAGE);
    return;
  }
  const { main, out, name, check, debug, notices } = options;
  const root = process.cwd();
  try {
    const { wasm, compressed, candid, audit, unplanned } = await linkCanister({
      main,
      root,
      outDir: resolve(root, out),
      ...(name !== undefined && { name }),
      check,
      debug,
      notices,
      signal: stopped,
    });
    console.log(`${auditText(audit)}\n`);
    for (const { method, reason } of unplanned) {
      console.log(`${method}: Azle encodes and decodes its Candid, slowly: ${reason}`);
    }
    for (const file of [wasm, compressed, candid]) {
      console.log(
        `${isAbsolute(out) ? file : relative(root, file)}  ${statSync(file).size.toLocaleString('en-GB')} bytes`,
      );
    }
  } catch (error) {
    if (error instanceof LinkError) throw new Error(`${error.code}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** @returns undefined when only help is asked for @throws UsageError */
function parseLinkOptions(args: string[]): LinkOptions | undefined {
  const { values, positionals } = parsed(args);
  if (values.help) return undefined;
  const [main, ...more] = positionals;
  if (main === undefined) throw new UsageError(`which entry file?\n\n${LINK_USAGE}`);
  if (more.length > 0) throw new UsageError(`one entry file, not also ${more.join(', ')}\n\n${LINK_USAGE}`);
  const { out, name, debug, notices } = values;
  return { main, out, name, check: !values['no-check'], debug, notices };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        out: { type: 'string', default: 'dist' },
        name: { type: 'string' },
        'no-check': { type: 'boolean', default: false },
        debug: { type: 'boolean', default: false },
        notices: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${LINK_USAGE}`);
  }
}
