// What is said when memory was refused, and who holds it.

import { MOST_SCHEMA_BYTES, refusedSchemaBytes } from '../engine/schema-limit';
import { archiveLimit, heldByArchives, Shortage, shortageOfMemory, shortagePages } from '../heap/budget';
import { pagesInUse, REGION_PAGE_SHIFT, regionLimit } from '../heap/regions';
import { beginMessage, putInteger, putLiteral } from '../quickjs/message';

/** The code of what refused memory to the statement that failed; empty when nothing did. */
export function memoryCode(): string {
  switch (shortageOfMemory()) {
    case Shortage.Archive:
      return 'ARCHIVE_MEMORY_EXCEEDED';
    case Shortage.Memory:
      return 'HEAP_FULL';
    default:
      return '';
  }
}

/** Builds the message of a code that {@link memoryCode} gave, as things stood when memory was refused. */
export function beginMemoryMessage(): void {
  beginMessage();
  if (shortageOfMemory() === Shortage.Archive) {
    putLiteral('The archive may hold ');
    putInteger(archiveLimit());
    putLiteral(' bytes of memory for its schema, statements, page cache and work, and would hold ');
    putInteger(bytes(shortagePages()));
    putLiteral(': change, sort or aggregate less at a time');
    return;
  }
  putLiteral('The canister may hold ');
  putInteger(regionLimit());
  putLiteral(' bytes of Wasm memory, and ');
  putInteger(bytes(shortagePages()));
  putLiteral(' more were asked for. Archives hold ');
  putInteger(bytes(heldByArchives()));
  putLiteral(', JavaScript and what belongs to no archive ');
  putInteger(bytes(pagesInUse() - heldByArchives()));
  putLiteral(': call again with less at a time, or let a controller raise the limit');
}

/** Builds the message of a schema whose commit was refused. */
export function beginSchemaMessage(): void {
  beginMessage();
  putLiteral("The archive's schema may take ");
  putInteger(MOST_SCHEMA_BYTES);
  putLiteral(' bytes of memory and would take ');
  putInteger(refusedSchemaBytes());
  putLiteral('; the transaction was rolled back');
}

function bytes(pages: u32): u64 {
  return (<u64>pages) << REGION_PAGE_SHIFT;
}
