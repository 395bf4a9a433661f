import { contentOf } from './content';

/** Why a slot does not hold the archive of a generation; undefined when it does. */
export function doubtAbout(slot: number, generation: number): string | undefined {
  const content = contentOf(slot);
  switch (content?.kind) {
    case undefined:
      return `slot ${slot} is empty`;
    case 'archive':
      return content.generation === generation
        ? undefined
        : `slot ${slot} holds generation ${content.generation} instead of ${generation}`;
    case 'damaged':
      return content.reason;
    case 'adoptable':
    case 'foreign':
      return `slot ${slot} holds what is no archive of this canister`;
  }
}
