import { createHash } from 'node:crypto';
import { ReplicaError } from '../errors';
import type { OpenFile, StateFiles } from './state-files';

/**
 * A segment is a sequence of frames: u32 kind, u32 length of the payload, SHA-256 over the digest of the frame before, kind, length and
 * payload, then the payload; numbers are little-endian. A frame that was written in part, or that belongs elsewhere, does not fit its digest,
 * and ends the segment. One that does not fit though a frame behind it does was damaged later.
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

/**
 * The whole frames of a segment, in order.
 * @throws ReplicaError at a damaged frame: leaving out what is behind it would lose finished messages
 */
export function* readFrames(files: StateFiles, name: string): Generator<Frame> {
  let digest = startDigest();
  let hasCommit = false;
  for (let position = 0; ; ) {
    const frame = readStored(files, name, position);
    if (!frame) return;
    digest = digestOf(digest, frame.kindAndLength, frame.payload);
    const next = position + HEADER + frame.payload.length;
    if (!digest.equals(frame.digest)) {
      if (fits(files, name, next, digest) || fits(files, name, next, frame.digest)) {
        throw new ReplicaError(
          'STATE_DAMAGED',
          `${files.path(name)} is damaged between byte ${position} and ${next}, and whole behind it: put a copy of the folder in its place, or ${
            hasCommit
              ? `cut the file to ${position} bytes to go on from there without the messages behind`
              : 'move the folder away to start with an empty network, as the damage is in the state that all messages behind it build on'
          }`,
        );
      }
      return;
    }
    position = next;
    const kind = frame.kindAndLength.readUInt32LE(0) as FrameKind;
    hasCommit ||= kind === FrameKind.commit;
    yield { kind, payload: frame.payload };
  }
}

interface StoredFrame {
  readonly kindAndLength: Buffer;
  readonly digest: Buffer;
  readonly payload: Uint8Array;
}

/** @returns undefined when the file ends before the frame does */
function readStored(files: StateFiles, name: string, position: number): StoredFrame | undefined {
  const header = Buffer.from(files.read(name, position, HEADER));
  if (header.length < HEADER) return undefined;
  const length = header.readUInt32LE(4);
  if (length > MAXIMUM_PAYLOAD) return undefined;
  const payload = files.read(name, position + HEADER, length);
  if (payload.length < length) return undefined;
  return {
    kindAndLength: header.subarray(0, KIND_AND_LENGTH),
    digest: header.subarray(KIND_AND_LENGTH),
    payload,
  };
}

/** Whether a whole frame stands at a position, behind one of the given digest. */
function fits(files: StateFiles, name: string, position: number, previous: Buffer): boolean {
  const frame = readStored(files, name, position);
  return frame !== undefined && digestOf(previous, frame.kindAndLength, frame.payload).equals(frame.digest);
}

function startDigest(): Buffer {
  return createHash('sha256').update(SEGMENT_START).digest();
}

function digestOf(previous: Buffer, header: Uint8Array, payload: Uint8Array): Buffer {
  return createHash('sha256').update(previous).update(header).update(payload).digest();
}
