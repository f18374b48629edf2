import { civil, length, number, parse, weekday } from "./days.js";

const WEEKDAYS = ["mo", "tu", "we", "th", "fr", "sa", "su"];

/** Reads a rule such as `every 2 weeks on mo,fr until 2026-12-31` or `every month on 15 times 6`. */
export function rule(text) {
  const words = text.trim().toLowerCase().split(/\s+/);
  const result = { every: 1, unit: "day", weekdays: [], day: undefined, until: undefined, times: undefined };
  if (words.shift() !== "every") {
    throw new SyntaxError("a rule begins with `every`");
  }
  if (/^\d+$/.test(words[0] ?? "")) {
    result.every = Number(words.shift());
    if (result.every === 0) {
      throw new SyntaxError("every 0 is never");
    }
  }
  const unit = words.shift()?.replace(/s$/, "");
  if (unit !== "day" && unit !== "week" && unit !== "month") {
    throw new SyntaxError(`days, weeks or months, not ${unit}`);
  }
  result.unit = unit;
  while (words.length > 0) {
    const [key, value] = words.splice(0, 2);
    if (value === undefined) {
      throw new SyntaxError(`${key} needs a value`);
    } else if (key === "on" && unit === "week") {
      for (const name of value.split(",")) {
        const weekday = WEEKDAYS.indexOf(name);
        if (weekday < 0) {
          throw new SyntaxError(`no weekday: ${name}`);
        }
        result.weekdays.push(weekday);
      }
    } else if (key === "on" && unit === "month") {
      result.day = value === "last" ? 31 : Number(value);
    } else if (key === "until") {
      result.until = parse(value);
    } else if (key === "times") {
      result.times = Number(value);
    } else {
      throw new SyntaxError(`${key} does not fit a rule by the ${unit}`);
    }
  }
  return result;
}

/** The days on which the rule falls, from `start` on, in order and without end unless the rule has one. */
export function* occurrences(rule, start) {
  let given = 0;
  for (const day of candidates(rule, start)) {
    if (rule.until !== undefined && day > rule.until) return;
    if (rule.times !== undefined && given >= rule.times) return;
    given += 1;
    yield day;
  }
}

function* candidates(rule, start) {
  const first = civil(start);
  for (let step = 0; ; step += rule.every) {
    if (rule.unit === "day") {
      yield start + step;
    } else if (rule.unit === "week") {
      const monday = start - weekday(start) + step * 7;
      const weekdays = rule.weekdays.length > 0 ? rule.weekdays : [weekday(start)];
      yield* weekdays.map((weekday) => monday + weekday).filter((day) => day >= start);
    } else {
      const months = first.month - 1 + step;
      const [year, month] = [first.year + Math.floor(months / 12), (months % 12) + 1];
      const day = number(year, month, Math.min(rule.day ?? first.day, length(year, month)));
      if (day >= start) yield day;
    }
  }
}
