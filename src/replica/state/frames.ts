import { createHash } from 'node:crypto';
import type { OpenFile, StateFiles } from './state-files';

/**
 * A segment is a sequence of frames: u32 kind, u32 length of the payload, SHA-256 over the digest of the frame before, kind, length and
 * payload, then the payload; numbers are little-endian. A frame that was written in part, or that belongs elsewhere, does not fit its digest,
 * and ends the segment.
 */
export const FrameKind = { pages: 1, blob: 2, commit: 3 } as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

const KIND_AND_LENGTH = 8;
const DIGEST = 32;
const HEADER = KIND_AND_LENGTH + DIGEST;
/** No frame is longer; a larger number in a header is damage. */
const MAXIMUM_PAYLOAD = 2 ** 30;
const SEGMENT_START = 'tabularium replica state 1';

export interface Frame {
  readonly kind: FrameKind;
  readonly payload: Uint8Array;
}

export class FrameWriter {
  /** Bytes of all frames so far. */
  written = 0;
  private digest = startDigest();

  /** @param file an empty one */
  constructor(private readonly file: OpenFile) {}

  append(kind: FrameKind, parts: readonly Uint8Array[]): void {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const frame = Buffer.alloc(HEADER + length);
    frame.writeUInt32LE(kind, 0);
    frame.writeUInt32LE(length, 4);
    let position = HEADER;
    for (const part of parts) {
      frame.set(part, position);
      position += part.length;
    }
    this.digest = digestOf(this.digest, frame.subarray(0, KIND_AND_LENGTH), frame.subarray(HEADER));
    frame.set(this.digest, KIND_AND_LENGTH);
    this.file.append(frame);
    this.written += frame.length;
  }

  sync(): void {
    this.file.sync();
  }

  close(): void {
    this.file.close();
  }
}

/** The whole frames of a segment, in order. */
export function* readFrames(files: StateFiles, name: string): Generator<Frame> {
  let digest = startDigest();
  for (let position = 0; ; ) {
    const header = Buffer.from(files.read(name, position, HEADER));
    if (header.length < HEADER) return;
    const length = header.readUInt32LE(4);
    if (length > MAXIMUM_PAYLOAD) return;
    const payload = files.read(name, position + HEADER, length);
    digest = digestOf(digest, header.subarray(0, KIND_AND_LENGTH), payload);
    if (payload.length < length || !digest.equals(header.subarray(KIND_AND_LENGTH))) return;
    position += HEADER + length;
    yield { kind: header.readUInt32LE(0) as FrameKind, payload };
  }
}

function startDigest(): Buffer {
  return createHash('sha256').update(SEGMENT_START).digest();
}

function digestOf(previous: Buffer, header: Uint8Array, payload: Uint8Array): Buffer {
  return createHash('sha256').update(previous).update(header).update(payload).digest();
}
