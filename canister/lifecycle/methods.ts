import { init, inspectMessage, postUpgrade } from 'azle';
import { chosenPlan } from './install-options';
import { start } from './start';

/** Installation, upgrade, and which messages are let in. */
export class LifecycleMethods {
  // The native module has read the argument before Azle started, because the bucket size decides where Azle's own
  // stable memory lies.
  @init([], { manual: true })
  init(): void {
    start(chosenPlan());
  }

  @postUpgrade([], { manual: true })
  postUpgrade(): void {
    start(undefined);
  }

  // Native code decides (src/native/assembly/dispatch), for which there must be such a hook.
  @inspectMessage({ manual: true })
  inspectMessage(): boolean {
    return false;
  }
}
