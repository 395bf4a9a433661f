import { IDL } from '@dfinity/candid';
import { describe, expect, it } from 'vitest';
import { CodecHost } from './codec-host';
import { type DidAssertion, type DidInput, didFolder, readDidTests, readValues } from './did-tests';

const folder = didFolder();
const title = folder
  ? "Candid's own tests"
  : "Candid's own tests (skipped: CANDID_TESTS_DIR names no folder of them)";

describe.skipIf(!folder)(title, () => {
  const all = folder ? readDidTests(folder) : [];
  const binary = all.filter(({ input }) => 'bytes' in input);
  const files = [...new Set(binary.map(({ file }) => file))];

  it.each(files)('%s holds', async (file) => {
    const codec = await CodecHost.start();
    const assertions = binary.filter((assertion) => assertion.file === file);
    const failures = assertions.flatMap((assertion) => failure(codec, assertion) ?? []);
    expect(failures).toEqual([]);
    expect(assertions.length).toBeGreaterThan(0);
  });

  it('is read whole', () => {
    expect(files.length).toBeGreaterThanOrEqual(6);
    expect(binary.length).toBeGreaterThan(300);
  });
});

/** What is wrong, if anything is. */
function failure(codec: CodecHost, assertion: DidAssertion): string | undefined {
  const name = `${assertion.file}:${assertion.line} ${assertion.title}`;
  const { types, other, accepted } = assertion;
  const decoded = decode(codec, types, assertion.input);
  if (typeof decoded === 'string') return accepted ? `${name}: refused: ${decoded}` : undefined;
  if (!accepted) return `${name}: accepted`;
  if (other === undefined) return undefined;
  const expected = decode(codec, types, other.input);
  if (typeof expected === 'string') return `${name}: the other side is refused: ${expected}`;
  // As bytes, values of type reserved are alike, whatever they were.
  const [found, wanted] = [decoded, expected].map((values) =>
    Buffer.from(IDL.encode([...types], values)).toString('hex'),
  );
  return (found === wanted) === other.equal
    ? undefined
    : `${name}: decoded to ${found}, compared with ${wanted}`;
}

function decode(codec: CodecHost, types: readonly IDL.Type[], input: DidInput): unknown[] | string {
  return 'bytes' in input ? codec.decode(types, input.bytes) : readValues(input.text, types);
}
