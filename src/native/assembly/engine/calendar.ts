/** C's `struct tm`. */
@unmanaged
export class CalendarTime {
  second: i32;
  minute: i32;
  hour: i32;
  /** 1 to 31 */
  dayOfMonth: i32;
  /** 0 to 11 */
  month: i32;
  yearSince1900: i32;
  /** 0 is Sunday */
  dayOfWeek: i32;
  /** 0 is the first of January */
  dayOfYear: i32;
  daylightSaving: i32;
  secondsEastOfUtc: i32;
}

const SECONDS_PER_DAY: i64 = 86400;
const SECONDS_PER_HOUR: i32 = 3600;
/** 1970-01-01 was a Thursday. */
const FIRST_DAY_OF_WEEK: i64 = 4;

/** Days of the proleptic Gregorian calendar in 400 years, 100, 4 and one. */
const DAYS_PER_ERA: i64 = 146097;
const DAYS_PER_CENTURY: i32 = 36524;
const DAYS_PER_FOUR_YEARS: i32 = 1461;
const DAYS_PER_YEAR: i32 = 365;
/** Days from 0000-03-01 to 1970-01-01. Years that begin in March end with the leap day. */
const DAYS_BEFORE_1970: i64 = 719468;
const DAYS_FROM_MARCH_TO_NEW_YEAR: i32 = 306;

/** Fills a calendar time from seconds since 1970-01-01 UTC. */
export function fillCalendarTime(seconds: i64, result: CalendarTime): void {
  const days = floorDivide(seconds, SECONDS_PER_DAY);
  const inDay = <i32>(seconds - days * SECONDS_PER_DAY);
  result.hour = inDay / SECONDS_PER_HOUR;
  result.minute = (inDay % SECONDS_PER_HOUR) / 60;
  result.second = inDay % 60;
  result.dayOfWeek = <i32>floorRemainder(days + FIRST_DAY_OF_WEEK, 7);
  result.daylightSaving = 0;
  result.secondsEastOfUtc = 0;
  fillDate(days, result);
}

function fillDate(days: i64, result: CalendarTime): void {
  const sinceMarch = days + DAYS_BEFORE_1970;
  const era = floorDivide(sinceMarch, DAYS_PER_ERA);
  const inEra = <i32>(sinceMarch - era * DAYS_PER_ERA);
  const yearOfEra =
    (inEra - inEra / (DAYS_PER_FOUR_YEARS - 1) + inEra / DAYS_PER_CENTURY - inEra / (<i32>DAYS_PER_ERA - 1)) /
    DAYS_PER_YEAR;
  const dayFromMarch = inEra - (DAYS_PER_YEAR * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  // Months from March on have 31 and 30 days in turn but for a break after five: 153 days in five months.
  const monthFromMarch = (5 * dayFromMarch + 2) / 153;
  const nextYear = monthFromMarch >= 10;
  const year = era * 400 + yearOfEra + (nextYear ? 1 : 0);
  result.dayOfMonth = dayFromMarch - (153 * monthFromMarch + 2) / 5 + 1;
  result.month = nextYear ? monthFromMarch - 10 : monthFromMarch + 2;
  result.yearSince1900 = <i32>(year - 1900);
  result.dayOfYear = nextYear
    ? dayFromMarch - DAYS_FROM_MARCH_TO_NEW_YEAR
    : dayFromMarch + 59 + (isLeapYear(year) ? 1 : 0);
}

function isLeapYear(year: i64): bool {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function floorDivide(value: i64, by: i64): i64 {
  return value >= 0 ? value / by : (value - by + 1) / by;
}

function floorRemainder(value: i64, by: i64): i64 {
  return value - floorDivide(value, by) * by;
}
