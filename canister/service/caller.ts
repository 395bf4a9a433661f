import type { Caller } from '../../catalog/access/caller';
import { nativeModule } from '../../src/database';

/** Who sent the message that is being answered. */
export function messageCaller(): Caller {
  return { principal: nativeModule().callerText(), isController: () => nativeModule().callerIsController() };
}
