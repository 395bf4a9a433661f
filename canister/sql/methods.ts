import { IDL } from 'azle';
import { sqlMethods } from '../../src/candid';
import { answerNatively } from '../service/answer';
import { method } from '../service/method';
import { execute, query } from './execution';

const signatures = sqlMethods(IDL);

/** SQL. Everything here is manual: arguments and replies cross natively. */
export class SqlMethods {
  @method(signatures.execute, { manual: true })
  execute(): void {
    answerNatively(execute);
  }

  @method(signatures.query, { manual: true })
  query(): void {
    answerNatively(query);
  }
}
