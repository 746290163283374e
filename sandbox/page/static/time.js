// Parses times and formats them in a member's time zone.

const DAY = { day: "numeric", month: "long", year: "numeric" };
const SHORT = { day: "numeric", month: "short", year: "numeric" };
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const FORMATS = {
  date: DAY,
  date_pretty: DAY,
  date_num: { day: "2-digit", month: "2-digit", year: "numeric" },
  date_short: SHORT,
  date_short_pretty: SHORT,
  date_long: { weekday: "long", ...DAY },
  date_long_pretty: { weekday: "long", ...DAY },
  time: CLOCK,
  time_secs: { ...CLOCK, second: "2-digit" },
  stamp: { weekday: "short", ...SHORT, ...CLOCK },
};

/** Parse seconds since 1970 or ISO 8601; null if it is neither. */
export function parseTime(value) {
  const seconds = Number(value);
  const when = new Date(Number.isNaN(seconds) ? value : seconds * 1000);
  return Number.isNaN(when.getTime()) ? null : when;
}

/** Format a time in one of Slack's formats or as `stamp`; undefined for an unknown format. */
export function formatTime(name, when, member) {
  if (!FORMATS[name]) return undefined;
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: timeZoneOf(member),
    ...FORMATS[name],
  }).format(when);
}

/** The member's time zone, UTC if the browser does not know it. */
export function timeZoneOf(member) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: member?.tz }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

/** The seconds to the same day of the next month, or to its last day if it is shorter. */
export function secondsToNextMonth(now) {
  const next = new Date(now);
  next.setUTCDate(1);
  next.setUTCMonth(next.getUTCMonth() + 1);
  const last = new Date(Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + 1, 0)).getUTCDate();
  next.setUTCDate(Math.min(now.getUTCDate(), last));
  return Math.round((next - now) / 1000);
}
