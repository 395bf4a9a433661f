import { PROMETHEUS_CONTENT_TYPE, renderPrometheus } from '../../catalog/metrics/prometheus';
import type { CandidHttpRequest, CandidHttpResponse } from '../../src/candid';
import type { Implementations } from '../service/methods';
import { running } from '../service/service';
import { metricsReport } from './report';

export const httpMethods = {
  http_request: answerHttp,
} satisfies Implementations;

const METRICS_PATH = '/metrics';

/**
 * `/metrics` for whoever asks, while the canister's settings show it; nothing else is there. Neither answer is certified,
 * since both would change with every message: a gateway serves them on its raw domain.
 */
function answerHttp({ url, method }: CandidHttpRequest): CandidHttpResponse {
  const { catalog } = running();
  const path = url.split(/[?#]/, 1)[0];
  if (path !== METRICS_PATH || catalog.settings.metricsAudience === 'nobody') {
    return reply(
      404,
      'text/plain',
      'There is nothing here but /metrics, for those to whom the settings show it.\n',
    );
  }
  return method === 'GET'
    ? reply(200, PROMETHEUS_CONTENT_TYPE, renderPrometheus(metricsReport(), catalog.settings.metricsAudience))
    : reply(405, 'text/plain', 'Metrics are read by GET.\n');
}

function reply(status: number, contentType: string, text: string): CandidHttpResponse {
  const headers: [string, string][] = [
    ['Content-Type', contentType],
    ['Cache-Control', 'no-store'],
  ];
  return { status_code: status, headers, body: new TextEncoder().encode(text) };
}
