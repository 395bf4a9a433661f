import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseScript } from './parse';
import type { Script } from './script';

/** What `skipif` and `onlyif` call this engine. */
const ENGINE = 'sqlite';

/** The folder of scripts, if there is one: `SQLLOGICTEST_DIR`. The corpus is no part of this project. */
export function corpusFolder(): string | undefined {
  return process.env.SQLLOGICTEST_DIR || undefined;
}

/**
 * Reads every `.test` file of a folder and of those below it, in the order of their names.
 * @throws Error when there is none
 */
export function readCorpus(folder: string): Script[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0) throw new Error(`SQLLOGICTEST_DIR: there is no .test file in ${folder}`);
  return files.map((file) => parseScript(relative(folder, file), readFileSync(file, 'utf8'), ENGINE));
}

/**
 * A part of a script that still makes sense: every statement, and of the queries, which change nothing, some that are spread
 * evenly.
 * @param queries how many queries at most
 */
export function sampleOf(script: Script, queries: number): Script {
  const total = script.records.filter(({ kind }) => kind === 'query').length;
  const step = Math.max(1, Math.ceil(total / queries));
  let seen = 0;
  const records = script.records.filter(({ kind }) => kind === 'statement' || seen++ % step === 0);
  return { ...script, records };
}
