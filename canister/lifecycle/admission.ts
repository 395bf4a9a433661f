import { msgMethodName } from 'azle';
import { mayPass } from '../../catalog/access/authorise';
import { argumentLimitOf } from '../../src/candid';
import { nativeModule } from '../../src/database';
import { messageCaller } from '../service/caller';
import { running } from '../service/service';

/** Gateways call it as a query, which costs nothing. */
const GATEWAYS_METHOD = 'http_request';

/**
 * What `inspect_message` answers: false for an ingress message that would be refused by its caller's roles, or is larger
 * than its method can need, so that it is dropped before anybody pays for it. One node answers it, so the method itself
 * decides again.
 */
export function mayEnter(): boolean {
  const method = msgMethodName();
  const module = nativeModule();
  return (
    method !== GATEWAYS_METHOD &&
    module.argumentSize() <= argumentLimitOf(method) &&
    mayPass(running().catalog, messageCaller(), method, module.receiveReference())
  );
}
