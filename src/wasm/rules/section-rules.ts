import type { Section } from '../module';
import { CanisterLimit } from './limits';
import type { Violations } from './report';

const ICP = 'icp:';
/** The name behind the prefix may be empty. */
const ICP_NAME = /^icp:(?:public|private) (.*)$/s;

export interface SectionFacts {
  readonly icpSections: readonly string[];
  /** Contents and names, without `icp:public ` and `icp:private `. */
  readonly icpSectionBytes: number;
}

/** Checks the custom sections that the IC reads: canister metadata. Others are ignored. */
export function checkCustomSections(sections: readonly Section[], violations: Violations): SectionFacts {
  const icp = sections.filter(({ name }) => name.startsWith(ICP));
  const seen = new Set<string>();
  let bytes = 0;
  for (const { name, body } of icp) {
    const metadata = ICP_NAME.exec(name)?.[1];
    if (metadata === undefined) {
      violations.add(
        'icp-section-name',
        `custom section ${name} must be icp:public or icp:private with a name`,
      );
      continue;
    }
    if (seen.has(metadata)) {
      violations.add('icp-section-duplicate', `custom section ${metadata} occurs more than once`);
    }
    seen.add(metadata);
    bytes += Buffer.byteLength(metadata) + body.length;
  }
  violations.limit('icp-section-count', 'icp: custom sections', icp.length, CanisterLimit.icpSections);
  violations.limit('icp-section-size', 'bytes of icp: custom sections', bytes, CanisterLimit.icpSectionBytes);
  return { icpSections: icp.map(({ name }) => name), icpSectionBytes: bytes };
}
