import type { RequestId } from '@dfinity/agent';
import { RejectError, ReplicaRejectCode, UncertifiedRejectUpdateErrorCode } from '@dfinity/agent';
import { describe, expect, it } from 'vitest';
import { TabulariumClient, TabulariumError } from '../../src/client';
import { CanisterRejectError, ErrorCode, rejectWith } from '../../src/replica/errors';
import { fakeService } from './fake-service';

const WORDS = 'Error from Canister aaaaa-aa: Canister rejected the message';

function agentError(errorCode: string, text: string): Error {
  const request = new Uint8Array(32) as RequestId;
  return RejectError.fromCode(
    new UncertifiedRejectUpdateErrorCode(request, ReplicaRejectCode.CanisterReject, text, errorCode),
  );
}

const failing = (error: unknown) => {
  const { service } = fakeService(() => {
    throw error;
  });
  return new TabulariumClient(service);
};

describe('an update that inspect_message drops', () => {
  it.each<[string, Error]>([
    ['an agent', agentError('IC0406', WORDS)],
    ['PocketIC', new CanisterRejectError(rejectWith(ErrorCode.canisterRejectedMessage, WORDS))],
  ])('is a typed refusal, as %s tells it', async (_, cause) => {
    const client = failing(cause);
    for (const call of [
      client.archive('a').execute('SELECT 1'),
      client.administer('a').rename('b'),
      client.migrations.upload('set', []),
      client.createArchive('a'),
      client.archive('a').snapshots.list(),
    ]) {
      const error = await call.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TabulariumError);
      expect(error).toMatchObject({ code: 'NOT_AUTHORISED', cause });
      expect((error as Error).message).toMatch(/may not call \w+ here.*sign with another identity/);
    }
  });

  it.each<[string, unknown]>([
    ['a trap', agentError('IC0502', 'Canister trapped: the message was rejected the message')],
    ['a stopped canister', new CanisterRejectError(rejectWith(ErrorCode.canisterStopped, 'is stopped'))],
    ['no connection', new TypeError('fetch failed')],
    ['no error at all', 'IC0406 rejected the message'],
  ])('is not %s, which stays what it is', async (_, cause) => {
    const error = await failing(cause)
      .archive('a')
      .execute('SELECT 1')
      .catch((reason: unknown) => reason);
    expect(error).toBe(cause);
  });
});
