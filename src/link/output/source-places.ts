import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';

/** How QuickJS tells a place in the canister's JavaScript, which is one file: `at add (main.js:3:1207)`, counted from 1. */
const PLACE = /\bmain\.js:(\d+):(\d+)/g;

/**
 * Reads stack traces of a canister: each place in its bundled JavaScript becomes the file, line and column that the developer wrote.
 *
 * @param sourceMap path of the `<name>.js.map` that the link wrote beside the Wasm
 * @returns a text with the places exchanged; those that are nobody's source stay
 */
export function originalPlaces(sourceMap: string): (text: string) => string {
  const map = new SourceMap(JSON.parse(readFileSync(sourceMap, 'utf8')) as SourceMapPayload);
  return (text) =>
    text.replace(PLACE, (place, line: string, column: string) => {
      const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
      if (!('originalSource' in entry)) return place;
      return `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    });
}
