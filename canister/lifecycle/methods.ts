import { IDL, init, postUpgrade } from 'azle';
import { installOptions } from '../../src/candid';
import { startService } from '../service/service';
import { seedRandomnessSoon } from './randomness';

const INSTALL_ARGUMENTS = [installOptions(IDL)];

/** Installation and upgrade. */
export class LifecycleMethods {
  // The native module has read the argument before Azle started, because the bucket size decides where Azle's own
  // stable memory lies.
  @init(INSTALL_ARGUMENTS, { manual: true })
  init(): void {
    startService();
    seedRandomnessSoon();
  }

  @postUpgrade(INSTALL_ARGUMENTS, { manual: true })
  postUpgrade(): void {
    startService();
    seedRandomnessSoon();
  }
}
