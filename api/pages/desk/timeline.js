/** What happened to a record, newest first: visits, orders, follow-ups, complaints, statuses, changed fields. */
import { ErrorBanner } from "../shared/banner.js";
import { distance, duration, money, number, timeIn } from "../shared/format.js";
import { get } from "../shared/http.js";
import { t, textOr } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { fieldTitle, moment, wholeDay } from "./record_fields.js";

/** @typedef {import("../types/api").TimelineEntry} Entry */
/** @typedef {{items: Entry[], next_cursor: string | null, names: Record<string, string>}} Page */

const KINDS = ["visit", "order", "follow_up", "complaint", "life", "form", "rep", "change"];
const UNTOLD = new Set([
  ...["id", "outlet_id", "account_id", "search_text", "subject_key", "template_id", "client_id", "demand_id", "visit_id"],
  ...["received_at", "proposed_at", "opened_by", "decided_by", "filled_by", "datum", "role", "created_at"],
]);
const MOST_FIELDS = 12;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** `changed` counts the changes made on this page, so that they are read again. @param {{path: string, kinds?: string[], changed: number, limit?: number}} props */
export function Timeline({ path, kinds = KINDS, changed, limit = 30 }) {
  const [of, setOf] = useState(/** @type {string[]} */ ([]));
  const [page, setPage] = useState(/** @type {Page | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);

  const read = (/** @type {string | null} */ cursor) => {
    const query = new URLSearchParams([["limit", String(limit)], ...of.map((kind) => ["of", kind]), ...(cursor ? [["cursor", cursor]] : [])]);
    return get(`${path}/timeline?${query}`);
  };
  useEffect(() => {
    let gone = false;
    read(null).then((first) => gone || (setPage(first), setError(null)), (failure) => gone || setError(failure));
    return () => {
      gone = true;
    };
  }, [path, of.join(), changed]);

  async function more() {
    setBusy(true);
    try {
      const next = await read(page?.next_cursor ?? null);
      setPage({ ...next, items: [...(page?.items ?? []), ...next.items], names: { ...page?.names, ...next.names } });
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  }
  const toggle = (/** @type {string} */ kind) => setOf(of.includes(kind) ? of.filter((one) => one !== kind) : [...of, kind]);
  return html`<section class="group" aria-label=${t("timeline.title")}>
    <div class="chips" role="group" aria-label=${t("timeline.filter")}>
      <button class="pill" aria-pressed=${of.length === 0} onClick=${() => setOf([])}>${t("timeline.all")}</button>
      ${kinds.map((kind) => html`<button key=${kind} class="pill" aria-pressed=${of.includes(kind)} onClick=${() => toggle(kind)}>${t(`timeline.${kind}`)}</button>`)}
    </div>
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${!page && error === null && html`<p class="muted" role="status">${t("common.loading")}</p>`}
    ${page?.items.length === 0 && html`<p class="muted">${t("timeline.none")}</p>`}
    <ol class="timeline">
      ${page?.items.map((entry) => html`<li key=${entry.id} class=${`is-${entry.kind}`}><${Told} entry=${entry} names=${page.names} /></li>`)}
    </ol>
    ${page?.next_cursor && html`<button class="button" disabled=${busy} onClick=${more}>${t("timeline.more")}</button>`}
  </section>`;
}

/** @param {{entry: Entry, names: Record<string, string>}} props */
function Told({ entry, names }) {
  const { visit, change } = entry;
  const who = entry.user_name || t("timeline.service");
  const skipped = visit && !visit.checked_in_at;
  const when = skipped ? wholeDay(visit.local_date) : moment(entry.at);
  return html`<div class="entry-head">
      <strong>${visit ? visitTitle(visit) : changeTitle(change)}</strong>
      <span class="muted"><time datetime=${entry.at}>${when}</time> · ${who}</span>
    </div>
    ${visit ? html`<${VisitLine} visit=${visit} />` : html`<${Changed} change=${change} names=${names} />`}`;
}

/** @param {NonNullable<Entry["visit"]>} visit */
function visitTitle(visit) {
  if (visit.order_value_minor) return t("timeline.ordered");
  return t(`timeline.visit_${visit.status}`);
}

/** @param {{visit: NonNullable<Entry["visit"]>}} props */
function VisitLine({ visit }) {
  const minutes = visit.checked_in_at && visit.checked_out_at ? (Date.parse(visit.checked_out_at) - Date.parse(visit.checked_in_at)) / 60_000 : null;
  const parts = [
    visit.order_value_minor && visit.currency ? t("timeline.order_of", { value: money(visit.order_value_minor, visit.currency), n: visit.order_lines ?? 0 }) : "",
    visit.checked_in_at ? timeIn(visit.checked_in_at, visit.zone) : "",
    minutes === null ? "" : duration(minutes),
    visit.skip_reason ? textOr(`skip.${visit.skip_reason}`, visit.skip_reason) : "",
    visit.status === "skipped" ? "" : textOr(`outcome.${visit.outcome}`, visit.outcome),
    visit.off_site && visit.distance_m !== null ? t("timeline.off_site", { distance: distance(visit.distance_m) }) : "",
  ];
  return html`<p>${parts.filter(Boolean).join(" · ")} ${visit.simulated && html`<span class="simulated">${t("common.simulated")}</span>`}</p>`;
}

/** @param {any} change */
function changeTitle(change) {
  const table = textOr(`table.${change.table}`, change.table);
  return change.action === "update" ? t("timeline.changed", { what: table }) : t(`timeline.${change.action}`, { what: table });
}

/** The changed fields with what stood there before and what stands there now. @param {{change: any, names: Record<string, string>}} props */
function Changed({ change, names }) {
  const fields = [...new Set([...Object.keys(change.before ?? {}), ...Object.keys(change.after ?? {})])].filter((name) => !UNTOLD.has(name));
  const told = fields.filter((name) => !isEmpty(change.before?.[name]) || !isEmpty(change.after?.[name]));
  const line = (/** @type {string} */ name) => html`<li key=${name}>
    <span class="muted">${fieldTitle(name)}:</span>
    ${change.action !== "insert" && html` <del>${worded(name, change.before ?? {}, change.after ?? {}, names)}</del>`}
    ${change.action === "update" && " → "}
    ${change.action !== "delete" && html` <ins>${worded(name, change.after ?? {}, change.before ?? {}, names)}</ins>`}
  </li>`;
  return html`<ul class="changes">
      ${told.slice(0, MOST_FIELDS).map(line)}
    </ul>
    ${
      told.length > MOST_FIELDS &&
      html`<details><summary>${t("timeline.more_fields", { n: told.length - MOST_FIELDS })}</summary><ul class="changes">${told.slice(MOST_FIELDS).map(line)}</ul></details>`
    }`;
}

/** @param {any} value */
const isEmpty = (value) => value === null || value === undefined || value === "" || value === false || (Array.isArray(value) && value.length === 0);

/** A value of one side of a change as people read it. @param {string} name @param {any} side @param {any} other @param {Record<string, string>} names @returns {string} */
function worded(name, side, other, names) {
  const value = side[name];
  if (value === null || value === undefined || value === "") return "–";
  if (name.endsWith("_minor")) {
    const currency = currencyOf(side) ?? currencyOf(other);
    return currency ? money(value, currency) : number(value / 100, 2);
  }
  return plain(value, names);
}

/** @param {any} side */
const currencyOf = (side) => side.currency ?? side.wallet_currency ?? side.credit_currency;

/** @param {any} value @param {Record<string, string>} names @returns {string} */
function plain(value, names) {
  if (typeof value === "boolean") return t(value ? "form.yes" : "form.no");
  if (Array.isArray(value)) return value.map((one) => plain(one, names)).join(", ");
  if (value !== null && typeof value === "object") {
    return Object.entries(value).map(([key, one]) => `${fieldTitle(key)} ${plain(one, names)}`).join(", ");
  }
  const text = String(value);
  if (MOMENT.test(text)) return moment(text);
  return names[text] ?? textOr(`status.${text}`, textOr(`severity.${text}`, textOr(`proposals.kind_${text}`, text)));
}
