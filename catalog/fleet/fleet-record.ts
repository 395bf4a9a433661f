import { cutText } from '../encoding/cut-text';
import { encodeRecord, Fields } from '../encoding/fields';
import { OPERATIONS_RECORD } from '../operations/operation-records';
import { checkedProgress, FINAL_OUTCOMES } from '../operations/work';
import { FLEET_PHASES, type FleetOperation, type FleetResult } from './operation';

const LONGEST_RESULT_MESSAGE = 140;

export function encodeOperation(operation: FleetOperation): string {
  const { startedAt, finishedAt, progress } = operation;
  return encodeRecord(OPERATIONS_RECORD, {
    ...operation,
    startedAt: String(startedAt),
    finishedAt: finishedAt === undefined ? undefined : String(finishedAt),
    progress: checkedProgress(progress),
  });
}

/** @throws {CatalogError} OPERATIONS_DAMAGED, OPERATIONS_VERSION_UNSUPPORTED */
export function decodeOperation(text: string): FleetOperation {
  const fields = Fields.parse(OPERATIONS_RECORD, 'a fleet operation', text);
  return {
    number: fields.natural('number'),
    kind: fields.text('kind'),
    argument: fields.text('argument'),
    startedBy: fields.text('startedBy'),
    startedAt: fields.time('startedAt'),
    finishedAt: fields.optionalText('finishedAt') === undefined ? undefined : fields.time('finishedAt'),
    phase: fields.oneOf('phase', FLEET_PHASES),
    targets: fields
      .objects('targets')
      .map((target) => ({ slot: target.natural('slot'), generation: target.natural('generation') })),
    canaries: fields.natural('canaries'),
    pauseAfterCanaries: fields.flag('pauseAfterCanaries'),
    toleratedFailures: fields.natural('toleratedFailures'),
    cursor: fields.natural('cursor'),
    attempts: fields.natural('attempts'),
    progress: fields.text('progress'),
    failures: fields.natural('failures'),
    forgivenFailures: fields.natural('forgivenFailures'),
  };
}

export function encodeResult(result: FleetResult): string {
  return encodeRecord(OPERATIONS_RECORD, {
    ...result,
    message: cutText(result.message, LONGEST_RESULT_MESSAGE),
    at: String(result.at),
  });
}

/** @throws {CatalogError} OPERATIONS_DAMAGED, OPERATIONS_VERSION_UNSUPPORTED */
export function decodeResult(line: string): FleetResult {
  const fields = Fields.parse(OPERATIONS_RECORD, "a fleet operation's result", line);
  return {
    slot: fields.natural('slot'),
    generation: fields.natural('generation'),
    id: fields.text('id'),
    outcome: fields.oneOf('outcome', FINAL_OUTCOMES),
    code: fields.text('code'),
    message: fields.text('message'),
    at: fields.time('at'),
  };
}
