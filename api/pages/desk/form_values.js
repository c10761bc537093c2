/** Values of forms: what is wrong where, sums, and what is sent. */
import { ApiError } from "../shared/http.js";
import { t, textOr } from "../shared/i18n.js";

/**
 * The part of JSON Schema that templates use; see docs/forms.md.
 * @typedef {object} Schema
 * @property {string} [type]
 * @property {Record<string, Schema>} [properties]
 * @property {string[]} [order]
 * @property {string[]} [required]
 * @property {Schema} [items]
 * @property {string[]} [enum]
 * @property {Record<string, {zh: string, en: string}>} [enumTitles]
 * @property {{zh: string, en: string}} [titles]
 * @property {Record<string, {zh: string, en: string}>} [sections]
 * @property {string} [section]
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {number} [minLength]
 * @property {number} [maxLength]
 * @property {number} [maxItems]
 * @property {string} [format]
 * @property {boolean} [sensitive]
 * @property {{field: string, total: number}} [sumOf]
 */
/** @typedef {import("../types/api").Fault} Fault */
/** @typedef {Map<string, Fault[]>} Faults by the path of their field */

/** Faults by path; the API names a field with or without the part of the request it stood in. @param {unknown} error @returns {Faults} */
export function faultsOf(error) {
  /** @type {Faults} */
  const found = new Map();
  if (!(error instanceof ApiError)) return found;
  for (const fault of error.faults) {
    const path = (fault.where ?? "").replace(/^(body|query)\./, "");
    found.set(path, [...(found.get(path) ?? []), fault]);
  }
  return found;
}

/** @param {Faults} faults @param {string} path */
export const faultsAt = (faults, path) => faults.get(path) ?? [];

/** Faults of an error that no field of these shows. @param {unknown} error @param {(path: string) => boolean} isShown */
export function withoutField(error, isShown) {
  if (!(error instanceof ApiError) || error.faults.length === 0) return error;
  const left = error.faults.filter(({ where }) => !isShown((where ?? "").replace(/^(body|query)\./, "")));
  if (left.length === 0) return null;
  const rest = new ApiError({ code: error.code, cause: error.cause_text, action: error.action, faults: left }, error.status);
  return rest;
}

/**
 * What is wrong, in the page's language where the schema tells it, else as the API says it.
 * @param {Fault} fault @param {Schema} schema @param {any} value
 */
export function wording(fault, schema, value) {
  if (fault.code === "answer-sum" && schema.sumOf) {
    return t("form.wrong_sum", { sum: totalOf(value ?? [], schema.sumOf.field), total: schema.sumOf.total });
  }
  if (fault.code === "answer-not-right" || fault.code.startsWith("payload-")) return locally(schema, value) ?? fault.cause;
  return `${textOr(`error.${fault.code}.cause`, fault.cause)} ${textOr(`error.${fault.code}.action`, fault.action)}`;
}

/** @param {Schema} schema @param {any} value @returns {string | null} */
function locally(schema, value) {
  if (value === undefined || value === null || value === "") return t("form.wrong_missing");
  if (schema.type === "integer" && !Number.isInteger(value)) return t("form.wrong_whole");
  if (schema.minimum !== undefined && value < schema.minimum) return t("form.wrong_min", { n: schema.minimum });
  if (schema.maximum !== undefined && value > schema.maximum) return t("form.wrong_max", { n: schema.maximum });
  if (typeof value === "string" && value.length > (schema.maxLength ?? Infinity)) return t("form.wrong_long", { n: schema.maxLength ?? 0 });
  if (schema.format === "email") return t("form.wrong_email");
  return null;
}

/** The sum of a column. @param {any[]} rows @param {string} field */
export const totalOf = (rows, field) =>
  rows.reduce((sum, row) => sum + (typeof row?.[field] === "number" ? row[field] : 0), 0);

/** What is sent: nothing that is empty. @param {any} value @returns {any} */
export function given(value) {
  if (Array.isArray(value)) return value.map(given).filter((one) => one !== undefined);
  if (value !== null && typeof value === "object") {
    const kept = Object.entries(value).map(([name, one]) => [name, given(one)]);
    return Object.fromEntries(kept.filter(([, one]) => one !== undefined));
  }
  return value === "" || value === null ? undefined : value;
}

/** Whether two values are the same when sent. @param {any} a @param {any} b */
export const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
