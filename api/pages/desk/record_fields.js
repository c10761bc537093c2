/** The fields of the records of outlets and accounts, in the groups in which they are read and changed. */
import { money, number } from "../shared/format.js";
import { language, t, textOr } from "../shared/i18n.js";

/** @typedef {import("./form_values.js").Schema & {minor?: string}} FieldShape `minor`: the field with the currency of money */
/** @typedef {{key: string, fields: Record<string, FieldShape>}} Group */

const line = { type: "string", maxLength: 200 };
const CHANNEL = { ...line };
const prose = { type: "string", maxLength: 4000 };
const count = { type: "integer", minimum: 0 };
const date = { type: "string", format: "date" };
const currency = { type: "string", enum: ["CNY", "EUR", "USD", "GBP", "HKD", "JPY", "TWD", "SGD", "SEK", "NOK", "CHF"] };

/** @param {string[]} values @param {string} prefix */
const choice = (values, prefix) => ({
  type: "string",
  enum: values,
  enumTitles: Object.fromEntries(values.map((one) => [one, both(`${prefix}.${one}`, one)])),
});

/** A text of the page, in the language it is shown in. @param {string} key @param {string} otherwise */
function both(key, otherwise) {
  const text = textOr(key, otherwise);
  return { zh: text, en: text };
}

const types = () => choice(["customer", "partner", "distributor", "supplier"], "record.type");

/** @param {import("../types/api").Grade[]} grades @returns {Group[]} */
export const outletGroups = (grades) => [
  {
    key: "basics",
    fields: {
      name: line,
      short_code: line,
      type: types(),
      channel: CHANNEL,
      grade_code: { type: "string", enum: grades.map(({ code }) => code), enumTitles: gradeTitles(grades) },
      region: line,
      owner_name: line,
      team_size: count,
      source_channel: line,
      first_contact: date,
    },
  },
  { key: "reach", fields: { phone: line, email: { ...line, format: "email" }, opening_hours: line, address: prose, delivery_address: prose } },
  { key: "business", fields: { business: prose, needs: prose, remarks: prose, wallet_minor: { type: "number", minor: "wallet_currency" }, wallet_currency: currency } },
  { key: "visits", fields: { visits_override: { type: "integer", minimum: 1 }, weeks_override: { type: "integer", minimum: 1 }, minutes_override: { type: "integer", minimum: 1 }, override_reason: prose } },
];

/** @returns {Group[]} */
export const accountGroups = () => [
  {
    key: "basics",
    fields: { name: line, type: types(), tax_number: line, region: line, owner_name: line, team_size: count, source_channel: line, first_contact: date },
  },
  { key: "reach", fields: { phone: line, email: { ...line, format: "email" }, address: prose } },
  { key: "business", fields: { business: prose, needs: prose, remarks: prose } },
  {
    key: "credit",
    fields: {
      credit_grade: { type: "string", maxLength: 8 },
      credit_days: count,
      credit_limit_minor: { type: "number", minor: "credit_currency" },
      credit_currency: currency,
      credit_hold: { type: "boolean" },
    },
  },
];

export const CONTACT = {
  name: { ...line, minLength: 1 },
  title: line,
  phone: line,
  email: { ...line, format: "email" },
  decision_maker: { type: "boolean" },
  remarks: prose,
};

export const COMPETITOR = {
  competitor: { ...line, minLength: 1 },
  product: line,
  share_percent: { type: "number", minimum: 0, maximum: 100 },
  seen_on: date,
  note: prose,
};

export const ATTACHMENT = () => ({
  name: { ...line, minLength: 1 },
  kind: choice(["photo", "contract", "document"], "attachment"),
  url: prose,
  sha256: { type: "string", maxLength: 64 },
});

export const COMPLAINT = () => ({
  subject: { ...line, minLength: 1 },
  severity: choice(["low", "normal", "high", "critical"], "severity"),
  description: prose,
});

/** @param {import("../types/api").Grade[]} grades */
const gradeTitles = (grades) =>
  Object.fromEntries(grades.map(({ code, name_zh, name_en }) => [code, { zh: `${code} ${name_zh}`, en: `${code} ${name_en}` }]));

/** How many digits a currency has after the point. @param {string | null | undefined} code */
function digitsOf(code) {
  if (!code) return 2;
  return new Intl.NumberFormat("en", { style: "currency", currency: code }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** A record's values as they are edited: money in whole units. @param {Record<string, FieldShape>} fields @param {any} record */
export const editable = (fields, record) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { minor }]) => {
      const value = record[name];
      return [name, minor && value !== null ? value / 10 ** digitsOf(record[minor]) : value];
    }),
  );

/** What is sent of the changed fields. @param {Record<string, FieldShape>} fields @param {any} draft @param {string[]} changed */
export function sendable(fields, draft, changed) {
  const names = new Set(changed);
  for (const [name, { minor }] of Object.entries(fields)) if (minor && names.has(minor) && draft[name] !== null) names.add(name);
  return Object.fromEntries([...names].map((name) => [name, sent(fields[name], draft, name)]));
}

/** @param {FieldShape} shape @param {any} draft @param {string} name */
function sent(shape, draft, name) {
  const value = draft[name];
  if (shape.minor) return value === undefined || value === null ? null : Math.round(value * 10 ** digitsOf(draft[shape.minor]));
  if (value !== undefined && value !== null) return value;
  if (shape.type === "boolean") return false;
  const text = shape.type === "string" && shape.format !== "date" && !name.endsWith("_currency") && name !== "credit_grade";
  return text ? "" : null;
}

/** A value as people read it; "" for none. @param {FieldShape} shape @param {any} value @param {any} record @returns {string} */
export function shown(shape, value, record) {
  if (value === null || value === undefined || value === "") return "";
  if (shape.minor) return record[shape.minor] ? money(value, record[shape.minor]) : number(value);
  if (shape.type === "boolean") return t(value ? "form.yes" : "form.no");
  if (shape.enum) return shape.enumTitles?.[value]?.[language()] ?? String(value);
  if (shape === CHANNEL) return textOr(`channel.${value}`, String(value));
  if (shape.format === "date") return wholeDay(value);
  return typeof value === "number" ? number(value, 2) : String(value);
}

/** The title of a field in forms and in the history. @param {string} name */
export const fieldTitle = (name) => textOr(`field.${name}`, name);

/** A moment on this computer's clock. @param {string} at ISO */
export const moment = (at) =>
  new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));

/** A date with its year. @param {string} date ISO */
export const wholeDay = (date) =>
  new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(`${date.slice(0, 10)}T00:00:00Z`));
