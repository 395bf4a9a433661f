import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CANISTER_ERROR_CODES } from '../../canister/service/error';

describe("the canister's own codes", () => {
  it('are those that were released', () => {
    const golden = readFileSync('test/canister/golden/error-codes.txt', 'utf8').trimEnd().split('\n');
    expect([...CANISTER_ERROR_CODES]).toEqual(golden);
  });

  it('are documented', () => {
    const documents = readFileSync('docs/ERRORS.md', 'utf8');
    const results = [
      'CHECK_FOUND_DAMAGE',
      'CHECK_INCOMPLETE',
      'COMPACTION_DOES_NOT_PAY',
      'FLEET_KIND_UNKNOWN',
    ];
    for (const code of [...CANISTER_ERROR_CODES, ...results]) expect(documents).toContain(`| \`${code}\` |`);
  });
});
