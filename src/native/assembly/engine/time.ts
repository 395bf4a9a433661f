import { time } from '../externals/ic0';

const NANOSECONDS_PER_MILLISECOND: u64 = 1_000_000;
/** 1970-01-01 00:00 UTC as milliseconds of the Julian day, in which SQLite counts. */
const UNIX_EPOCH_IN_JULIAN_MILLISECONDS: i64 = 210_866_760_000_000;

/** Milliseconds since 1970-01-01 UTC. */
export function unixMilliseconds(): u64 {
  return time() / NANOSECONDS_PER_MILLISECOND;
}

/** Milliseconds of the Julian day. */
export function julianDayMilliseconds(): i64 {
  return <i64>unixMilliseconds() + UNIX_EPOCH_IN_JULIAN_MILLISECONDS;
}
