import type { CandidParameter, CandidStatement } from '../candid';
import { requireOptions } from './options';
import { type ClientParameters, toCandidParameters } from './values';

/** A statement of a batch. */
export interface ClientStatement {
  readonly sql: string;
  /** In order, or by name. */
  readonly parameters?: ClientParameters;
}

/** The IC's limit of a message, less what an agent puts around its argument: names, signatures and delegations. */
const MESSAGE_BYTES = 2 * 2 ** 20 - 4_096;

const encoder = new TextEncoder();

/**
 * Statements as they are sent in one message.
 *
 * @throws {TypeError | RangeError} naming the parameter that cannot be sent
 * @throws {RangeError} when they do not fit a message. An agent would send it again for seconds, and name another limit
 */
export function toCandidStatements(statements: readonly ClientStatement[]): CandidStatement[] {
  const sent = statements.map((statement) => {
    requireOptions(statement, ['sql', 'parameters']);
    const { sql, parameters = [] } = statement;
    return { sql, parameters: toCandidParameters(parameters) };
  });
  const bytes = sent.reduce((sum, { sql, parameters }) => sum + textBytes(sql) + bytesOf(parameters), 0);
  if (bytes > MESSAGE_BYTES) {
    throw new RangeError(
      `SQL and values have ${bytes} bytes, and a message carries ${MESSAGE_BYTES}: send less at a time, and append to large values (x = x || ?) or import them`,
    );
  }
  return sent;
}

/** The parameters of a statement that is alone in its message; it throws as {@link toCandidStatements} does. */
export function toSentParameters(sql: string, parameters: ClientParameters): CandidParameter[] {
  return toCandidStatements([{ sql, parameters }]).flatMap((statement) => statement.parameters);
}

function bytesOf(parameters: readonly CandidParameter[]): number {
  return parameters.reduce((sum, parameter) => sum + parameterBytes(parameter), 0);
}

function parameterBytes(parameter: CandidParameter): number {
  if ('Named' in parameter) return textBytes(parameter.Named.name) + parameterBytes(parameter.Named.value);
  if ('Text' in parameter) return textBytes(parameter.Text);
  return 'Blob' in parameter ? parameter.Blob.length : 0;
}

function textBytes(text: string): number {
  return encoder.encode(text).length;
}
