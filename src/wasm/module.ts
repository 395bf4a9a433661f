import { WasmFormatError } from './errors';
import { Reader } from './reader';
import { Writer } from './writer';

/** Section ids of the binary format (WebAssembly core specification 2.0, 5.5.2). */
export const SectionId = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

export type SectionId = (typeof SectionId)[keyof typeof SectionId];

/** The order in which known sections must appear; tag and data count sit between lower and higher ids. */
const CANONICAL_ORDER: readonly SectionId[] = [
  SectionId.type,
  SectionId.import,
  SectionId.function,
  SectionId.table,
  SectionId.memory,
  SectionId.tag,
  SectionId.global,
  SectionId.export,
  SectionId.start,
  SectionId.element,
  SectionId.dataCount,
  SectionId.code,
  SectionId.data,
];

const PREAMBLE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

export interface Section {
  readonly id: number;
  /** Name of a custom section; empty for all others. */
  readonly name: string;
  /** Contents; of a custom section, what follows its name. */
  readonly body: Uint8Array;
}

/** A module as its list of sections. Bodies stay undecoded until one of the section readers is asked. */
export class WasmModule {
  private constructor(private readonly list: Section[]) {}

  /** @throws WasmFormatError when the bytes are not a well-formed sequence of sections in order */
  static parse(bytes: Uint8Array): WasmModule {
    if (PREAMBLE.some((byte, index) => bytes[index] !== byte)) {
      throw new WasmFormatError('not a WebAssembly module of version 1', 0);
    }
    const reader = new Reader(bytes, PREAMBLE.length);
    const sections: Section[] = [];
    let lastRank = -1;
    while (!reader.done) {
      const id = reader.byte();
      const body = reader.take(reader.u32());
      if (id === SectionId.custom) {
        const custom = new Reader(body);
        const name = custom.text();
        sections.push({ id, name, body: body.subarray(custom.position) });
        continue;
      }
      const rank = CANONICAL_ORDER.indexOf(id as SectionId);
      if (rank < 0) reader.fail(`unknown section id ${id}`);
      if (rank <= lastRank) reader.fail(`section ${id} is repeated or out of order`);
      lastRank = rank;
      sections.push({ id, name: '', body });
    }
    return new WasmModule(sections);
  }

  get sections(): readonly Section[] {
    return this.list;
  }

  /** Contents of the one section with this id, or undefined when the module has none. */
  body(id: SectionId): Uint8Array | undefined {
    return this.list.find((section) => section.id === id)?.body;
  }

  /** Replaces the section's contents, or inserts the section where the format wants it. */
  setBody(id: SectionId, body: Uint8Array): void {
    const section: Section = { id, name: '', body };
    const present = this.list.findIndex((candidate) => candidate.id === id);
    if (present >= 0) {
      this.list[present] = section;
      return;
    }
    const rank = CANONICAL_ORDER.indexOf(id);
    const next = this.list.findIndex(
      (candidate) => CANONICAL_ORDER.indexOf(candidate.id as SectionId) > rank,
    );
    this.list.splice(next < 0 ? this.list.length : next, 0, section);
  }

  remove(id: SectionId): void {
    const index = this.list.findIndex((section) => section.id === id);
    if (index >= 0) this.list.splice(index, 1);
  }

  customSections(): readonly Section[] {
    return this.list.filter((section) => section.id === SectionId.custom);
  }

  /** Appends a custom section at the module's end. */
  addCustom(name: string, body: Uint8Array): void {
    this.list.push({ id: SectionId.custom, name, body });
  }

  /** Keeps the custom sections for which `keep` answers true. */
  filterCustom(keep: (section: Section) => boolean): void {
    const kept = this.list.filter((section) => section.id !== SectionId.custom || keep(section));
    this.list.splice(0, this.list.length, ...kept);
  }

  encode(): Uint8Array {
    const writer = new Writer(
      this.list.reduce((sum, section) => sum + section.body.length + 64, PREAMBLE.length),
    );
    writer.bytes(PREAMBLE);
    for (const section of this.list) {
      writer.byte(section.id);
      if (section.id === SectionId.custom) {
        const name = new Writer(section.name.length + 5);
        name.text(section.name);
        writer.u32(name.length + section.body.length);
        writer.bytes(name.view());
        writer.bytes(section.body);
      } else {
        writer.lengthPrefixed(section.body);
      }
    }
    return writer.finish();
  }
}
