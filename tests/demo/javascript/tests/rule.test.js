import { describe, expect, test } from "vitest";
import { format, parse } from "../src/days.js";
import { occurrences, rule } from "../src/rule.js";

function days(text, start, count = 10) {
  const result = [];
  for (const day of occurrences(rule(text), parse(start))) {
    result.push(format(day));
    if (result.length === count) break;
  }
  return result;
}

describe("a rule", () => {
  test("every third day, until", () => {
    expect(days("every 3 days until 2026-01-08", "2026-01-01")).toEqual(["2026-01-01", "2026-01-04", "2026-01-07"]);
  });

  test("two days of the week, in the order of the calendar", () => {
    expect(days("every week on fr,mo times 3", "2026-01-01")).toEqual(["2026-01-02", "2026-01-05", "2026-01-09"]);
  });

  test("the last day of the month", () => {
    expect(days("every month on last", "2025-12-15", 3)).toEqual(["2025-12-31", "2026-01-31", "2026-02-28"]);
  });

  test.each(["", "weekly", "every 0 days", "every year"])("%j is refused", (text) => {
    expect(() => rule(text)).toThrow(SyntaxError);
  });

  test.skip("the second Tuesday of the month", () => {
    expect(days("every month on tu2", "2026-01-01", 1)).toEqual(["2026-01-13"]);
  });
});
