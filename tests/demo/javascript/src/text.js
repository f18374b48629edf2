import { format } from "./days.js";

const NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** The rule in words, for a person. */
export function describe(rule) {
  const parts = [rule.every === 1 ? `every ${rule.unit}` : `every ${rule.every} ${rule.unit}s`];
  if (rule.weekdays.length > 0) {
    parts.push(`on ${list(rule.weekdays.map((weekday) => NAMES[weekday]))}`);
  }
  if (rule.day === 31) {
    parts.push("on the last day");
  } else if (rule.day !== undefined) {
    parts.push(`on day ${rule.day}`);
  }
  if (rule.until !== undefined) {
    parts.push(`until ${format(rule.until)}`);
  }
  if (rule.times !== undefined) {
    parts.push(rule.times === 1 ? "once" : `${rule.times} times`);
  }
  return parts.join(" ");
}

function list(names) {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
