import type { Principal } from '@dfinity/principal';
import { ReplicaError } from '../errors';
import { HttpServer } from '../http/http-server';
import { LocalNetwork } from '../network/local-network';
import type { Subnet } from '../subnet/subnet';

/** The subnet behind PocketIC's interface, until it is torn down. */
export class RunningSubnet {
  private live: { readonly network: LocalNetwork; readonly server: HttpServer } | undefined;

  protected constructor(private subnet: Subnet | undefined) {}

  /**
   * From now on time is the machine's and passes by itself, and agents can talk to the subnet.
   * @returns the port on 127.0.0.1 that answers the IC's HTTP interface and serves the canisters' pages
   */
  async makeLive(): Promise<number> {
    if (!this.live) {
      const network = LocalNetwork.over(this.running);
      this.live = { network, server: await HttpServer.listen(network, 0) };
      network.start();
    }
    return Number(new URL(this.live.server.url).port);
  }

  /** Time stands still again, and nobody can talk to the subnet but this. */
  async stopLive(): Promise<void> {
    const { live } = this;
    this.live = undefined;
    await live?.server.close();
    live?.network.stop();
  }

  /** Frees everything; the replica cannot be used afterwards. */
  async tearDown(): Promise<void> {
    await this.stopLive();
    this.subnet = undefined;
  }

  protected get running(): Subnet {
    if (!this.subnet) throw new ReplicaError('TORN_DOWN', 'this replica has been torn down');
    return this.subnet;
  }

  /** @throws ReplicaError for the id of another subnet */
  protected requireThisSubnet(id: Principal | undefined): void {
    if (!id || Buffer.compare(id.toUint8Array(), this.running.subnetId) === 0) return;
    throw new ReplicaError('SUBNET_NOT_FOUND', `there is no subnet ${id.toText()} in the embedded replica`);
  }
}
