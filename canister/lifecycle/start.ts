import { setTimer } from 'azle';
import { limitSlotOf } from '../service/limits';
import { startService } from '../service/service';
import { seedRandomnessSoon } from './randomness';

/** What init and post_upgrade have in common. */
export function start(): void {
  const { catalog } = startService({});
  // Queries forget what they decode, so an update decodes every archive's record for them.
  setTimer(0, () => {
    catalog.archives().forEach(limitSlotOf);
  });
  seedRandomnessSoon();
}
