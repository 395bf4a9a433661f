import type { Caller } from '../catalog/access/caller';
import { native } from './native';

/** Who sent the message that is being answered. */
export function messageCaller(): Caller {
  return { principal: native().callerText(), isController: () => native().callerIsController() };
}
