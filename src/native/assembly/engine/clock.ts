import { EnginePointer, toHost } from '../externals/addresses';
import { CalendarTime, fillCalendarTime } from './calendar';
import { unixMilliseconds } from './time';

// The engine's imports about time. There is one time zone: UTC.

export function engine_emscripten_date_now(): f64 {
  return <f64>unixMilliseconds();
}

export function engine_emscripten_get_now(): f64 {
  return <f64>unixMilliseconds();
}

/** localtime: seconds since 1970, as the two halves of 64 bits, into a `struct tm`. */
export function engine_localtime_js(low: u32, high: i32, result: EnginePointer): void {
  const seconds = ((<i64>high) << 32) | low;
  fillCalendarTime(seconds, changetype<CalendarTime>(<usize>toHost(result)));
}

/** tzset: offset from UTC, daylight saving, and the names of the two time zones. */
export function engine_tzset_js(
  offset: EnginePointer,
  daylight: EnginePointer,
  standardName: EnginePointer,
  daylightName: EnginePointer,
): void {
  store<i32>(toHost(offset), 0);
  store<i32>(toHost(daylight), 0);
  writeZoneName(standardName);
  writeZoneName(daylightName);
}

/** Nothing in a canister runs between messages. */
export function engine_setitimer_js(_timer: i32, _milliseconds: f64): i32 {
  return 0;
}

/** "UTC" and its terminating zero. */
function writeZoneName(destination: EnginePointer): void {
  store<u32>(toHost(destination), 0x435455);
}
