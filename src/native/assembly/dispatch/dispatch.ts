// What a call of a method meets first. Whether its caller may call it is decided here, by the head of its argument, before
// anything else of it is copied or read; then the methods that native code answers are answered. The interpreter is entered for
// the others, and where an archive is in no state for the call, so that TypeScript says why.

import { currentContext } from '../binding/context';
import { endMessageUses } from '../binding/message-end';
import { isBusy, quietPooledConnection } from '../binding/pool';
import { archiveReferenceLength, readArchiveReference } from '../candid/archive-reference';
import { argumentsFit, putRefusal } from '../candid/codec/functions';
import { planOf } from '../candid/codec/plan';
import { ABSENT, writeFailure } from '../candid/failure-reply';
import { receiveHead, receiveMessage, receiveRest, releaseMessage } from '../candid/message';
import { principalText, principalTextLength, writePrincipalText } from '../candid/principal';
import { failed, failedAt, failureText } from '../candid/reader';
import { RequestShape, readRequestOf } from '../candid/request';
import { sendReply } from '../candid/writer';
import { isReplicated } from '../engine/message';
import { HostPointer } from '../externals/addresses';
import {
  accept_message,
  msg_arg_data_size,
  msg_method_name_copy,
  msg_method_name_size,
  msg_reject,
} from '../externals/ic0';
import { MemoryId } from '../memory/layout';
import {
  beginMessage,
  endMessage,
  literal,
  messageLength,
  putBytes,
  putInteger,
  putLiteral,
} from '../quickjs/message';
import { UNDEFINED } from '../quickjs/values';
import { beginBudgets } from '../requests/budgets';
import { runRequest, Method as SqlMethod, writes } from '../requests/execution';
import { ArchiveCopy, budgetsOf, resolve, usageOf } from './catalog-copy';
import { answerExportChunk, answerImportChunk } from './chunks';
import { identityLength, isAnonymous, takeCaller } from './identity';
import { findMethod, Handler, hasDeclaredMethods, hashOf, LONGEST_NAME, Method } from './method-table';
import { holdsAny, isReadyFor } from './rights';
import { countOutcome, countRefused, others, usageAt } from './usage';

const NOT_AUTHORISED: string = 'NOT_AUTHORISED';
/** Name of the method that a message is for, while that is to be let in. */
const name: HostPointer = <u32>memory.data(32);

/**
 * The first thing that a method's export calls.
 *
 * @param hash of the method's name
 * @returns whether it was answered; the interpreter is entered otherwise
 */
export function enter_method(hash: u32): bool {
  const method = findMethod(hash);
  if (method === null || method.isDeclared === 0) return false;
  const isAnswered = method.isAboutArchive !== 0 ? enterArchive(method) : enterCanister(method);
  if (isAnswered) endMessageUses();
  return isAnswered;
}

/**
 * Answers `canister_inspect_message`: an ingress message that would be refused is not let in, so that nobody pays for it.
 *
 * @returns false where nothing is declared, and the canister's own hook decides
 */
export function inspect_message(): bool {
  if (!hasDeclaredMethods()) return false;
  const length = min<u32>(msg_method_name_size(), LONGEST_NAME);
  msg_method_name_copy(name, 0, length);
  const method = findMethod(hashOf(name, length));
  if (method !== null && method.isDeclared !== 0 && mayEnter(method)) accept_message();
  return true;
}

function mayEnter(method: Method): bool {
  if (method.handler === <u8>Handler.Gateway || msg_arg_data_size() > method.mostBytes) return false;
  if (method.isAboutArchive === 0) {
    return holdsAny(method.roles, takeCaller(), null) && receiveMessage() && hasItsArguments(method);
  }
  if (!receiveHead()) return false;
  const reference = readArchiveReference();
  if (reference === 0) return false;
  const meant = resolve(reference, archiveReferenceLength());
  const subject = meant.archive !== null ? meant.archive : meant.successor;
  return holdsAny(method.roles, takeCaller(), subject) && receiveRest() && hasItsArguments(method);
}

/** Whether the message, which is there as a whole, has arguments of the method's types. */
function hasItsArguments(method: Method): bool {
  return method.plan === UNDEFINED || argumentsFit(currentContext(), planOf(method.plan));
}

function enterCanister(method: Method): bool {
  if (method.handler !== <u8>Handler.Gateway && !holdsAny(method.roles, takeCaller(), null)) {
    refuse(method, 0, 0);
    return true;
  }
  if (msg_arg_data_size() > method.mostBytes) return answerTooLarge(method);
  return receiveMessage() && answerUnlessFit(method);
}

function enterArchive(method: Method): bool {
  if (!receiveHead()) return false;
  const reference = readArchiveReference();
  if (reference === 0) return answerUnread(method);
  const caller = takeCaller();
  const meant = resolve(reference, archiveReferenceLength());
  const archive = meant.archive;
  if (!holdsAny(method.roles, caller, archive !== null ? archive : meant.successor)) {
    refuse(method, reference, archiveReferenceLength());
    return true;
  }
  if (msg_arg_data_size() > method.mostBytes) return answerTooLarge(method);
  if (archive === null || !isReadyFor(method, caller, archive))
    return receiveRest() && answerUnlessFit(method);
  switch (<i32>method.handler) {
    case Handler.Execute:
      return answerSql(method, archive, RequestShape.Statement, SqlMethod.Execute);
    case Handler.Batch:
      return answerSql(method, archive, RequestShape.Batch, SqlMethod.Batch);
    case Handler.Query:
      return answerSql(method, archive, RequestShape.Statement, SqlMethod.Query);
    case Handler.First:
      return answerSql(method, archive, RequestShape.Statement, SqlMethod.First);
    case Handler.QueryPage:
      return answerSql(method, archive, RequestShape.Page, SqlMethod.Page);
    case Handler.ExportChunk:
      return receiveRest() && (answerExportChunk(archive.slot) || answerFailure(method));
    case Handler.ImportChunk:
      return receiveRest() && (answerImportChunk(archive.slot) || answerFailure(method));
    default:
      return receiveRest() && answerUnlessFit(method);
  }
}

/** Leaves a call to the interpreter, but for one whose arguments are none of the method's. */
function answerUnlessFit(method: Method): bool {
  if (hasItsArguments(method)) return false;
  beginMalformed();
  return answerMalformed(method, putRefusal(currentContext(), planOf(method.plan)));
}

/** Runs the statements that the message brings, and answers them. */
function answerSql(method: Method, archive: ArchiveCopy, shape: RequestShape, how: SqlMethod): bool {
  if (!receiveRest()) return false;
  readRequestOf(shape);
  if (answerFailure(method)) return true;
  const slot: MemoryId = archive.slot;
  const connection = quietPooledConnection(slot);
  if (connection === 0 || isBusy(slot)) return false;
  beginBudgets(budgetsOf(archive), writes(how));
  runRequest(connection, how);
  releaseMessage();
  if (isReplicated()) countOutcome(usageOf(archive), method.isUpdate !== 0);
  return true;
}

/** Whether calls of a method count as its archive's usage. */
function isSql(method: Method): bool {
  return method.handler >= <u8>Handler.Execute && method.handler <= <u8>Handler.QueryPage;
}

/** Answers what the reader found wrong with the message, if it did. */
function answerFailure(method: Method): bool {
  return failed() && answerUnread(method);
}

/** Answers what the reader found wrong with the message. */
function answerUnread(method: Method): bool {
  beginMalformed();
  putLiteral(failureText());
  return answerMalformed(method, failedAt());
}

function answerTooLarge(method: Method): bool {
  beginMalformed();
  putLiteral('it has ');
  putInteger(msg_arg_data_size());
  putLiteral(' bytes, of which there may be ');
  putInteger(method.mostBytes);
  return answerMalformed(method, ABSENT);
}

function beginMalformed(): void {
  beginMessage();
  putLiteral('The argument is not what this method takes: ');
}

/** Answers with the message that was built. The reply for gateways has no place for it: they get a reject. */
function answerMalformed(method: Method, offset: i32): bool {
  if (method.handler === <u8>Handler.Gateway) {
    msg_reject(endMessage(), messageLength());
    return true;
  }
  writeFailure('CANDID_MALFORMED', endMessage(), messageLength(), ABSENT, offset);
  sendReply();
  return true;
}

/** Answers that the caller may not call the method. Nobody learns whether the archive exists. */
function refuse(method: Method, reference: HostPointer, length: u32): void {
  const caller = takeCaller();
  if (isAnonymous(caller)) {
    beginMessage();
    putLiteral(
      'anonymous callers may only read where public reading is allowed: sign the message with an identity',
    );
  } else {
    writePrincipalText(caller, identityLength(caller));
    beginMessage();
    putBytes(principalText(), principalTextLength());
    putLiteral(' may not call ');
    putBytes(method.name, method.nameLength);
    if (method.isAboutArchive !== 0) {
      putLiteral(" the archive '");
      putBytes(reference, length);
      putLiteral("'; a reference that you kept may have grown stale");
    }
  }
  writeFailure(NOT_AUTHORISED, endMessage(), messageLength(), ABSENT, ABSENT);
  sendReply();
  if (isSql(method)) {
    countRefused(usageAt(others), method.isUpdate !== 0, literal(NOT_AUTHORISED), NOT_AUTHORISED.length);
  }
}
