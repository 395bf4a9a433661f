import { Principal } from '@dfinity/principal';
import { FIRST_ID, LAST_ID } from '../certification/state-tree';
import { Clock } from './clock';

/** A subnet as PocketIC describes it. */
export interface SubnetTopology {
  id: Principal;
  type: 'Application';
  /** Nodes; here there is one. */
  size: number;
  canisterRanges: { start: Principal; end: Principal }[];
}

/** PocketIC's methods about subnets, of which there is one here: an application subnet that is its own root. */
export class Topology extends Clock {
  async getTopology(): Promise<SubnetTopology[]> {
    const start = Principal.fromUint8Array(FIRST_ID);
    const end = Principal.fromUint8Array(LAST_ID);
    const id = Principal.fromUint8Array(this.running.subnetId);
    return [{ id, type: 'Application', size: 1, canisterRanges: [{ start, end }] }];
  }

  async getApplicationSubnets(): Promise<SubnetTopology[]> {
    return this.getTopology();
  }

  async getSystemSubnets(): Promise<SubnetTopology[]> {
    return [];
  }

  async getBitcoinSubnet(): Promise<SubnetTopology | undefined> {
    return undefined;
  }

  async getFiduciarySubnet(): Promise<SubnetTopology | undefined> {
    return undefined;
  }

  async getInternetIdentitySubnet(): Promise<SubnetTopology | undefined> {
    return undefined;
  }

  async getNnsSubnet(): Promise<SubnetTopology | undefined> {
    return undefined;
  }

  async getSnsSubnet(): Promise<SubnetTopology | undefined> {
    return undefined;
  }

  /** DER of the key that the subnet's certificates are verified with. */
  async getPubKey(subnetId: Principal): Promise<Uint8Array> {
    this.requireThisSubnet(subnetId);
    return this.running.rootKey;
  }

  /** @returns null for a canister that does not exist */
  async getCanisterSubnetId(canisterId: Principal): Promise<Principal | null> {
    const { canisters, subnetId } = this.running;
    return canisters.find(canisterId.toUint8Array()) ? Principal.fromUint8Array(subnetId) : null;
  }

  /** A canister id of this subnet, for calls that concern no canister. */
  async getDefaultEffectiveCanisterId(): Promise<Principal> {
    return Principal.fromUint8Array(FIRST_ID);
  }
}
