import { IDL } from 'azle';
import { sqlMethods } from '../../src/candid';
import { answerNatively } from '../service/answer';
import { method } from '../service/method';
import { batch, execute, first, query, queryPage } from './execution';

const signatures = sqlMethods(IDL);

/** SQL. Everything here is manual: arguments and replies cross natively. */
export class SqlMethods {
  @method(signatures.execute, { manual: true })
  execute(): void {
    answerNatively(execute);
  }

  @method(signatures.batch, { manual: true })
  batch(): void {
    answerNatively(batch);
  }

  @method(signatures.query, { manual: true })
  query(): void {
    answerNatively(query);
  }

  @method(signatures.first, { manual: true })
  first(): void {
    answerNatively(first);
  }

  @method(signatures.query_page, { manual: true })
  query_page(): void {
    answerNatively(queryPage);
  }
}
