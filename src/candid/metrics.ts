import { KEEPERS, OVERSEERS } from './access';
import { CandidArchiveState } from './archive-types';
import {
  archiveArgument,
  argument,
  blob,
  field,
  nat,
  nat16,
  nat32,
  nat64,
  opt,
  query,
  record,
  room,
  text,
  tuple,
  type ValueOf,
  vec,
} from './declare';

const CandidErrorCount = record('ErrorCount', 'How often a call was refused with a code.', {
  code: text,
  times: nat64,
});

export const CandidUsage = record(
  'Usage',
  'Sums since the last installation or upgrade; the IC discards what queries change, so that they count only where they are called as updates.',
  {
    queries: nat64,
    updates: nat64,
    rows_read: nat64,
    rows_written: nat64,
    instructions: nat64,
    errors: vec(CandidErrorCount),
    last_write_at: field(opt(nat64), 'Nanoseconds since 1970.'),
  },
);
export type CandidUsage = ValueOf<typeof CandidUsage>;

export const CandidArchiveMetrics = record('ArchiveMetrics', 'What an archive has and does.', {
  archive: field(text, '`id@generation`.'),
  slot: nat16,
  state: CandidArchiveState,
  size: field(nat64, 'Bytes of its SQLite image.'),
  size_limit: opt(nat64),
  buckets: field(nat32, 'Buckets of its slot.'),
  transaction_id: nat64,
  checksum_age_seconds: opt(nat64),
  usage: CandidUsage,
});
export type CandidArchiveMetrics = ValueOf<typeof CandidArchiveMetrics>;

export const CandidCanisterMetrics = record('CanisterMetrics', 'What the canister has and does.', {
  archives: field(nat32, 'Those that have an id.'),
  slots: nat32,
  free_slots: nat32,
  stable_bytes: nat64,
  heap_bytes: nat64,
  bucket_bytes: nat64,
  allocated_buckets: nat32,
  free_buckets: nat32,
  cycles_balance: nat,
  cycles_runway_seconds: field(
    opt(nat64),
    'The time until the canister freezes when idle; absent while it is not known.',
  ),
  usage: CandidUsage,
});
export type CandidCanisterMetrics = ValueOf<typeof CandidCanisterMetrics>;

const headers = vec(tuple(text, text));

export const CandidHttpRequest = record('HttpRequest', "A request as the IC's HTTP gateways hand it on.", {
  url: text,
  method: text,
  body: blob,
  headers,
});
export type CandidHttpRequest = ValueOf<typeof CandidHttpRequest>;

export const CandidHttpResponse = record('HttpResponse', "A response as the IC's HTTP gateways take it.", {
  status_code: nat16,
  headers,
  body: blob,
});
export type CandidHttpResponse = ValueOf<typeof CandidHttpResponse>;

export const metrics = room('Metrics', 'Figures of archives and canister.', {
  archive_metrics: query(
    'Tells what an archive has, and what it did since the last installation or upgrade.',
    {
      takes: [archiveArgument],
      answers: CandidArchiveMetrics,
      roles: KEEPERS,
      archive: 'any',
    },
  ),
  canister_metrics: query(
    'Tells what the canister has, and what it did since the last installation or upgrade.',
    {
      takes: [],
      answers: CandidCanisterMetrics,
      roles: OVERSEERS,
    },
  ),
  http_request: query(
    "The HTTP gateway's protocol: `/metrics` is Prometheus's text format. Nothing is certified: use the raw domain.",
    {
      takes: [argument('request', CandidHttpRequest)],
      replies: CandidHttpResponse,
      roles: ['audience'],
    },
  ),
});
