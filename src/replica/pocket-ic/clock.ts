import { ReplicaError } from '../errors';
import { RunningSubnet } from './running-subnet';

export const MILLISECOND = 1_000_000n;

/** PocketIC's methods about time and rounds. */
export class Clock extends RunningSubnet {
  /** Runs rounds: due timers and heartbeats, then waiting messages. */
  async tick(times = 1): Promise<void> {
    for (let round = 0; round < times; round++) this.running.round();
  }

  /** Milliseconds since 1970. */
  async getTime(): Promise<number> {
    return Number(this.running.time / MILLISECOND);
  }

  /** @param time must not lie before the present time */
  async setTime(time: Date | number): Promise<void> {
    const wanted = BigInt(typeof time === 'number' ? time : time.getTime()) * MILLISECOND;
    if (wanted < this.running.time) throw new ReplicaError('TIME_GOES_BACK', 'time cannot go back');
    this.running.time = wanted;
  }

  /** @param duration milliseconds */
  async advanceTime(duration: number): Promise<void> {
    if (duration < 0) throw new ReplicaError('TIME_GOES_BACK', 'time cannot go back');
    this.running.time += BigInt(duration) * MILLISECOND;
  }

  /** Makes it the time that the machine's clock shows, after which runs are not repeatable. */
  async resetTime(): Promise<void> {
    await this.setTime(Date.now());
  }

  /** As `setTime`: whatever time it is here, every certificate and query shows it. */
  async setCertifiedTime(time: Date | number): Promise<void> {
    await this.setTime(time);
  }

  /** As `advanceTime`. @param duration milliseconds */
  async advanceCertifiedTime(duration: number): Promise<void> {
    await this.advanceTime(duration);
  }

  /** As `resetTime`. */
  async resetCertifiedTime(): Promise<void> {
    await this.resetTime();
  }
}
