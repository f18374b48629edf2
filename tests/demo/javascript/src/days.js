/** Days of the civil calendar, counted from 1970-01-01: no hours, no zones. */

const DAY = 86_400_000;

/** The day that `YYYY-MM-DD` names. */
export function parse(text) {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) {
    throw new RangeError(`not a date: ${text}`);
  }
  const [year, month, day] = match.slice(1).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > length(year, month)) {
    throw new RangeError(`no such day: ${text}`);
  }
  return number(year, month, day);
}

/** The day as `YYYY-MM-DD`. */
export function format(day) {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** How many days a month has; months count from 1. */
export function length(year, month) {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The day of this date. */
export function number(year, month, day) {
  return Date.UTC(year, month - 1, day) / DAY;
}

/** Year, month (from 1) and day of the month. */
export function civil(day) {
  const date = new Date(day * DAY);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** 0 for Monday to 6 for Sunday. */
export function weekday(day) {
  return (((day + 3) % 7) + 7) % 7;
}
