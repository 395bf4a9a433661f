import { type AuditFigure, auditFigures, type CanisterFacts, validateCanister } from '../../wasm/rules';
import { LinkError } from '../errors';

/** What an install message may carry, the argument included; larger modules go through the chunk store. */
const INSTALL_MESSAGE_BYTES = 2 * 1024 * 1024;

export interface Audit {
  readonly facts: CanisterFacts;
  readonly figures: readonly AuditFigure[];
}

/**
 * Measures a linked canister against the IC's rules.
 * @param compressedBytes size of the gzipped module
 * @param names debug names, to tell the largest functions by
 * @throws LinkError naming every rule that it breaks
 */
export function auditCanister(
  wasm: Uint8Array,
  compressedBytes: number,
  names: ReadonlyMap<number, string>,
): Audit {
  const { violations, facts } = validateCanister(wasm);
  if (violations.length > 0) {
    throw new LinkError(
      'canister-refused',
      `the IC would refuse the canister: ${violations.map(({ rule, message }) => `${rule}: ${message}`).join('; ')}`,
      'See docs/LINK.md',
    );
  }
  if (!WebAssembly.validate(new Uint8Array(wasm))) {
    throw new LinkError(
      'canister-refused',
      'the module has an ill-typed function body',
      'A step of the link wrote wrong code: run its tests',
    );
  }
  const named = (figure: AuditFigure, index: number) => {
    const name = names.get(index);
    return name === undefined ? figure : { ...figure, name: `${figure.name} (${name})` };
  };
  const figures = auditFigures(facts).map((figure) => {
    if (figure.name === 'largest function') return named(figure, facts.largestFunction.index);
    if (figure.name === 'most complex function') return named(figure, facts.mostComplexFunction.index);
    return figure;
  });
  return {
    facts,
    figures: [
      ...figures,
      {
        name: 'gzipped, in one install message',
        value: compressedBytes,
        limit: INSTALL_MESSAGE_BYTES,
        unit: 'bytes',
      },
    ],
  };
}

/** The audit as a table: every figure beside the IC's limit. */
export function auditText({ facts, figures }: Audit): string {
  const number = (value: number) => value.toLocaleString('en-GB');
  const rows = figures.map(({ name, value, limit, unit }) => [name, number(value), number(limit), unit]);
  const header = ['', 'found', 'limit', ''];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...[header, ...rows].map((row) => row[column]!.length)),
  ) as [number, number, number];
  const line = ([name, value, limit, unit]: readonly string[]) =>
    `${name!.padEnd(widths[0])}  ${value!.padStart(widths[1])}  ${limit!.padStart(widths[2])}  ${unit}`.trimEnd();
  return [line(header), ...rows.map(line), `imports: ${facts.imports.join(', ')}`].join('\n');
}
