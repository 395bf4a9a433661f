import { IDL } from 'azle';
import {
  type CandidArchiveMetrics,
  type CandidCanisterMetrics,
  type CandidHttpRequest,
  type CandidHttpResponse,
  type CandidResult,
  metricsMethods,
} from '../../src/candid';
import { answer } from '../service/answer';
import { method } from '../service/method';
import { describeArchiveMetrics, describeCanisterMetrics } from './answers';
import { answerHttp } from './http';

const signatures = metricsMethods(IDL);

/** Figures of archives and canister. */
export class MetricsMethods {
  @method(signatures.archive_metrics)
  archive_metrics(archive: string): CandidResult<CandidArchiveMetrics> {
    return answer(() => describeArchiveMetrics(archive));
  }

  @method(signatures.canister_metrics)
  canister_metrics(): CandidResult<CandidCanisterMetrics> {
    return answer(describeCanisterMetrics);
  }

  @method(signatures.http_request)
  http_request(request: CandidHttpRequest): CandidHttpResponse {
    return answerHttp(request);
  }
}
