import { codeOf } from '../../catalog/error';
import type { CandidFailure, CandidResult } from '../../src/candid';
import { nativeModule } from '../../src/database';
import { running } from './service';

/** How a message of native code begins that is about a slot. */
const SLOT = /^Slot (\d+)/;

/** What all expected failures have in common: CatalogError, SqliteError and the native module's own errors. */
interface CodedError extends Error {
  readonly code: string;
  readonly extendedCode?: number;
  readonly offset?: number;
}

/**
 * Runs a method whose arguments and reply Azle encodes. An expected failure becomes `err`; anything else is a defect,
 * and traps, so that the IC undoes the message.
 */
export function answer<T>(method: () => T): CandidResult<T> {
  try {
    return { ok: method() };
  } catch (error) {
    return { err: toFailure(expected(error)) };
  }
}

/** Runs a method that decodes its arguments and replies natively. */
export function answerNatively(method: () => void): void {
  try {
    method();
  } catch (error) {
    const { code, message, extendedCode, offset } = expected(error);
    nativeModule().replyError(code, namingArchive(message), extendedCode, offset);
  }
}

function expected(error: unknown): CodedError {
  if (codeOf(error) !== undefined) {
    return error as CodedError;
  }
  throw error;
}

function toFailure(error: CodedError): CandidFailure {
  return {
    code: error.code,
    message: namingArchive(error.message),
    extended_code: error.extendedCode === undefined ? [] : [error.extendedCode],
    offset: error.offset === undefined ? [] : [error.offset],
    statement: [],
    budget: [],
  };
}

/** Native code knows slots only. Whoever gets its message was let through to what the slot holds. */
function namingArchive(message: string): string {
  return message.replace(SLOT, (text, slot: string) => {
    const entry = running().catalog.entryAt(Number(slot));
    return entry.kind === 'archive' ? `Archive '${entry.archive.id}' (slot ${slot})` : text;
  });
}
