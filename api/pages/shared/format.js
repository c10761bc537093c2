/** Numbers, times and dates as people read them, in the page's language. */
import { language, t } from "./i18n.js";

const LOCALES = { zh: "zh-CN", en: "en-GB" };

const locale = () => LOCALES[language()];

/** Minutes after midnight as 24-hour time, "09:42". @param {number} minute */
export function clock(minute) {
  const whole = Math.round(minute);
  const hours = Math.floor(whole / 60) % 24;
  return `${String(hours).padStart(2, "0")}:${String(((whole % 60) + 60) % 60).padStart(2, "0")}`;
}

/** @param {number} minutes */
export function duration(minutes) {
  const whole = Math.max(0, Math.round(minutes));
  if (whole < 60) return t("unit.minutes", { n: whole });
  const hours = Math.floor(whole / 60);
  return whole % 60
    ? t("unit.hours_minutes", { h: hours, m: whole % 60 })
    : t("unit.hours", { n: hours });
}

/** Minutes as hours: whole ones from ten on, else with one digit. @param {number} minutes */
export const hours = (minutes) =>
  t("unit.hours", { n: number(minutes / 60, minutes < 600 ? 1 : 0) });

/** @param {number} metres */
export function distance(metres) {
  if (metres < 950) return t("unit.metres", { n: Math.round(metres / 10) * 10 });
  return t("unit.kilometres", { n: number(metres / 1000, 1) });
}

/** @param {number} value @param {number} [digits] */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);
}

/** @param {number} share 0..1 @param {number} [digits] */
export function percent(share, digits = 0) {
  const options = { style: /** @type {const} */ ("percent"), maximumFractionDigits: digits };
  return new Intl.NumberFormat(locale(), options).format(share);
}

/**
 * Money of minor units, in the currency's own digits.
 * @param {number} minor @param {string} currency ISO 4217
 */
export function money(minor, currency) {
  const format = new Intl.NumberFormat(locale(), { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  const rounded = new Intl.NumberFormat(locale(), {
    style: "currency",
    currency,
    maximumFractionDigits: 0,
  });
  return rounded.format(minor / 10 ** digits);
}

/** "Mon 24 Nov" or "11月24日 周一". @param {string} date ISO date */
export function day(date) {
  const moment = new Date(`${date}T00:00:00Z`);
  const weekday = new Intl.DateTimeFormat(locale(), { weekday: "short", timeZone: "UTC" });
  const rest = new Intl.DateTimeFormat(locale(), {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  });
  return language() === "zh"
    ? `${rest.format(moment)} ${weekday.format(moment)}`
    : `${weekday.format(moment)} ${rest.format(moment)}`;
}

/** The weekday alone, short. @param {string} date */
export function weekday(date) {
  const format = new Intl.DateTimeFormat(locale(), { weekday: "short", timeZone: "UTC" });
  return format.format(new Date(`${date}T00:00:00Z`));
}

/** Time of day of a moment in a zone. @param {string} moment ISO @param {string} zone IANA */
export function timeIn(moment, zone) {
  const options = /** @type {const} */ ({
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: zone,
  });
  return new Intl.DateTimeFormat("en-GB", options).format(new Date(moment));
}

/** Today's date in a zone, ISO. @param {string} zone @param {Date} [now] */
export function todayIn(zone, now = new Date()) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(now);
}

/** Minutes after local midnight in a zone. @param {string} zone @param {Date} [now] */
export function minuteIn(zone, now = new Date()) {
  const [hour, minute] = timeIn(now.toISOString(), zone).split(":").map(Number);
  return hour * 60 + minute;
}

/** The date `days` later. @param {string} date ISO @param {number} days */
export function addDays(date, days) {
  const moment = new Date(`${date}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return moment.toISOString().slice(0, 10);
}

/** The Monday on or before a date. @param {string} date ISO */
export function mondayOf(date) {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return addDays(date, -((weekday + 6) % 7));
}
