// A tenant's application. `agent` and `identity` stand for the modules of one of the agents that it is tested with.

import {
  type ArchiveClient,
  type ClientRow,
  idlFactory,
  TabulariumClient,
  TabulariumError,
  type TabulariumService,
} from '@tabularium/client';
import { Actor, HttpAgent } from 'agent';
import { Ed25519KeyIdentity } from 'identity';

interface Visit extends ClientRow {
  readonly page: string;
  readonly times: number;
}

export interface Told {
  readonly visits: readonly Visit[];
  readonly owner: string;
  readonly refusal: string | undefined;
}

const DEVELOPMENT_KEY = 'tabularium local development key';

export async function application(host: string, canisterId: string, name: string): Promise<Told> {
  const identity = Ed25519KeyIdentity.generate(new TextEncoder().encode(DEVELOPMENT_KEY));
  const agent = await HttpAgent.create({ host, identity, shouldFetchRootKey: true });
  const actor = Actor.createActor<TabulariumService>(idlFactory, { agent, canisterId });
  const tabularium = new TabulariumClient(actor);
  const { owner } = await tabularium.createArchive(name, identity.getPrincipal());
  const archive: ArchiveClient = tabularium.archive(name);
  await archive.execute('CREATE TABLE visit(at TEXT, page TEXT)');
  await archive.execute(
    "INSERT INTO visit VALUES ('2026-01-01', ?), ('2026-01-02', ?)",
    '/pricing',
    '/pricing',
  );
  const visits = await archive.query<Visit>('SELECT page, count(*) AS times FROM visit GROUP BY page');
  return { visits, owner: owner.toText(), refusal: await refusal(archive) };
}

async function refusal(archive: ArchiveClient): Promise<string | undefined> {
  try {
    await archive.query('SELECT * FROM nothing');
    return undefined;
  } catch (error) {
    if (error instanceof TabulariumError) return error.code;
    throw error;
  }
}
