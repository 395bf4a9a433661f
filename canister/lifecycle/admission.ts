import { msgMethodName } from 'azle';
import { mayPass } from '../../catalog/access/authorise';
import { nativeModule } from '../../src/database';
import { messageCaller } from '../service/caller';
import { running } from '../service/service';

/**
 * What `inspect_message` answers: false for an ingress message that would be refused by its caller's roles, so that it is
 * dropped before anybody pays for it. One node answers it, so the method itself decides again.
 */
export function mayEnter(): boolean {
  return mayPass(running().catalog, messageCaller(), msgMethodName(), nativeModule().receiveReference());
}
