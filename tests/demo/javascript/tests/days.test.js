import { describe, expect, test } from "vitest";
import { civil, format, parse, weekday } from "../src/days.js";

describe("days", () => {
  test.each(["1969-12-31", "1970-01-01", "2024-02-29", "2100-03-01"])("%s survives", (text) => {
    expect(format(parse(text))).toBe(text);
  });

  test.each(["2026-1-1", "2026-13-01", "2023-02-29", ""])("%j is refused", (text) => {
    expect(() => parse(text)).toThrow(RangeError);
  });

  test("the weekday of a day before 1970", () => {
    expect(weekday(parse("1969-07-20"))).toBe(6);
  });

  test("months count from 1", () => {
    expect(civil(parse("2026-03-05"))).toEqual({ year: 2026, month: 3, day: 5 });
  });
});
