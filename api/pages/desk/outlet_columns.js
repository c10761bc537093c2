/** The columns of the list: what each shows, how wide it is, and by what it sorts. */
import { language, t, textOr } from "../shared/i18n.js";
import { html } from "../shared/ui.js";
import { linkTo } from "./route.js";

/** @typedef {import("../types/api").OutletRow} OutletRow */
/** @typedef {{reps: Map<string, string>, today: string}} Beside */
/** @typedef {{name: string, width: string, sort?: string, cell: (row: OutletRow, beside: Beside) => any}} Column */

const DAY_MS = 86_400_000;

/** What columns and filters are called, where the record has a word for it. */
const TITLES = /** @type {Record<string, string>} */ ({
  code: "field.short_code",
  grade: "field.grade_code",
  rep: "field.rep_id",
  tag: "record.tags",
  tags: "record.tags",
  territory: "record.territory",
  last_visit: "record.last_visit",
  created: "outlets.created",
  updated: "outlets.updated",
});

/** @param {string} name of a column or filter */
export const titleOf = (name) => t(TITLES[name] ?? `field.${name}`);

/** @type {Column[]} */
export const COLUMNS = [
  {
    name: "name",
    width: "minmax(200px, 2.4fr)",
    sort: "name",
    cell: (row) => html`<a class="outlet-name" tabindex="-1" href=${linkTo("outlets", row.id)} title=${row.name}>${row.name}</a>`,
  },
  { name: "code", width: "minmax(92px, 0.8fr)", sort: "code", cell: (row) => row.short_code },
  { name: "grade", width: "76px", sort: "grade", cell: (row) => html`<b class="grade-mark">${row.grade}</b>` },
  { name: "status", width: "112px", cell: (row) => html`<span class=${`badge life is-${row.status}`}>${statusName(row.status)}</span>` },
  { name: "channel", width: "minmax(100px, 1fr)", sort: "channel", cell: (row) => row.channel },
  {
    name: "rep",
    width: "minmax(110px, 1.1fr)",
    cell: (row, { reps }) =>
      row.rep_id ? (reps.get(row.rep_id) ?? t("outlets.other_rep")) : html`<span class="muted">${t("outlets.no_rep")}</span>`,
  },
  { name: "last_visit", width: "minmax(104px, 0.9fr)", sort: "last_visit", cell: (row, { today }) => since(row.last_visit, today) },
  { name: "tags", width: "minmax(110px, 1.1fr)", cell: (row) => row.tags.map((tag) => html`<span class="mark">${tag}</span>`) },
  { name: "phone", width: "minmax(120px, 1fr)", cell: (row) => row.phone },
  { name: "address", width: "minmax(160px, 2fr)", cell: (row) => html`<span title=${row.address}>${row.address}</span>` },
  { name: "region", width: "minmax(90px, 0.9fr)", sort: "region", cell: (row) => row.region },
  { name: "type", width: "110px", cell: (row) => typeName(row.type) },
  { name: "created", width: "110px", sort: "created", cell: (row) => shortDate(row.created_at.slice(0, 10)) },
  { name: "updated", width: "110px", sort: "updated", cell: (row) => shortDate(row.updated_at.slice(0, 10)) },
];
const FIRST = ["name", "code", "grade", "status", "channel", "rep", "last_visit", "phone", "address"];

/** The columns that a query shows; the name is always there. @param {URLSearchParams} query */
export function columnsOf(query) {
  const wanted = query.get("columns")?.split(".") ?? FIRST;
  return COLUMNS.filter(({ name }) => name === "name" || wanted.includes(name));
}

/** The columns as the address holds them; "" where they are the usual ones. @param {string[]} names */
export function columnsText(names) {
  const usual = names.length === FIRST.length && FIRST.every((name) => names.includes(name));
  return usual ? "" : COLUMNS.flatMap(({ name }) => (names.includes(name) ? [name] : [])).join(".");
}

/** @param {string} status */
export const statusName = (status) => textOr(`status.${status}`, status);

/** @param {string} type */
export const typeName = (type) => textOr(`record.type.${type}`, type);

/** How long ago a visit was. @param {string | null} date @param {string} today */
export function since(date, today) {
  if (!date) return html`<span class="muted">${t("outlets.never")}</span>`;
  const days = Math.round((Date.parse(today) - Date.parse(date)) / DAY_MS);
  const text = days <= 0 ? t("outlets.today") : days === 1 ? t("outlets.yesterday") : t("outlets.days_ago", { n: days });
  return html`<span title=${date}>${text}</span>`;
}

/** @param {string} date ISO */
function shortDate(date) {
  const format = new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeZone: "UTC" });
  return format.format(new Date(`${date}T00:00:00Z`));
}
