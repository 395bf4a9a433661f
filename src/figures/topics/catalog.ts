import { installMeasured } from '../canister';
import { runCatalogCanister } from '../catalog-canister';
import { atMost, type Figure, messageFigures } from '../figure';

const TOPIC = 'catalog';
const INSTRUCTIONS = 'instructions';

/** What governing a full canister costs (issue 4). */
export async function measureCatalog(): Promise<Figure[]> {
  const steps = await runCatalogCanister();
  const cost = (step: string) => (steps.get(step) ?? Number.NaN) - (steps.get('nothing') ?? Number.NaN);
  return [
    atMost(
      TOPIC,
      'opening a catalog of 135 archives with 10,000 tombstones',
      cost('open'),
      20_000_000,
      INSTRUCTIONS,
    ),
    atMost(TOPIC, 'looking an archive up', cost('find'), 5_000, INSTRUCTIONS),
    atMost(TOPIC, 'authorising the owner of an archive', cost('authorise the owner'), 30_000, INSTRUCTIONS),
    ...(await measureInspection()),
  ];
}

/** What deciding whether a message is let in costs. */
async function measureInspection(): Promise<Figure[]> {
  const canister = await installMeasured();
  await canister.client().createArchive('a');
  await canister.client().archive('a').execute('CREATE TABLE t(x)');
  const inspection = canister.inspect.last('inspect_message');
  await canister.pic.tearDown();
  return messageFigures(TOPIC, 'inspect_message of an update', inspection, {
    work: 30_000,
    total: 500_000,
  });
}
