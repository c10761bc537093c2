/** The record of one customer: who and where it is, what happened, which forms were filled. */
import { ErrorBanner } from "../shared/banner.js";
import { clock, day, money } from "../shared/format.js";
import { get, request } from "../shared/http.js";
import { t, textOr } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { Forms } from "./forms.js";
import { Life } from "./life.js";
import { accountGroups, outletGroups, wholeDay } from "./record_fields.js";
import { Group } from "./record_form.js";
import { Attachments, Competitors, Contacts, OutletComplaints, Tags } from "./record_parts.js";
import { Place } from "./record_place.js";
import { Relations } from "./relations.js";
import { linkTo } from "./route.js";
import { SalesChart } from "./sales_chart.js";
import { Tasks } from "./tasks.js";
import { Timeline } from "./timeline.js";

/** @typedef {import("../types/api").Standing} Standing */

const PARTS = ["overview", "tasks", "timeline", "forms"];

/** @typedef {{place: import("./route.js").Place, reps: import("../types/api").Rep[]}} PageProps */

/** @param {PageProps} props */
export const OutletRecord = ({ place, reps }) => html`<${Record} kind="outlets" id=${place.id} reps=${reps} />`;

/** @param {PageProps} props */
export const AccountRecord = ({ place, reps }) => html`<${Record} kind="accounts" id=${place.id} reps=${reps} />`;

/** @param {{kind: "outlets" | "accounts", id: string, reps: import("../types/api").Rep[]}} props */
function Record({ kind, id, reps }) {
  const path = `/${kind}/${encodeURIComponent(id)}`;
  const [record, setRecord] = useState(/** @type {any} */ (null));
  const [payer, setPayer] = useState(/** @type {any} */ (null));
  const [standing, setStanding] = useState(/** @type {Standing | null} */ (null));
  const [grades, setGrades] = useState(/** @type {import("../types/api").Grade[]} */ ([]));
  const [part, setPart] = useState(PARTS[0]);
  const [changed, setChanged] = useState(0);
  const [error, setError] = useState(/** @type {unknown} */ (null));

  async function load() {
    const [found, known] = await Promise.all([get(path), kind === "outlets" ? get(`${path}/standing`) : null]);
    setRecord(found.grade === undefined ? found : { ...found, grade_code: found.grade });
    setStanding(known);
    setChanged((count) => count + 1);
    setPayer(found.account ? await get(`/accounts/${found.account.id}`) : null);
  }
  const attempt = () => load().then(() => setError(null), setError);
  useEffect(() => {
    attempt();
    get("/grades").then(({ items }) => setGrades(items), () => undefined);
  }, []);

  /** @param {any} body @param {number} version */
  async function save(body, version) {
    await request("PATCH", path, { body, headers: { "If-Match": `"${version}"` } });
    await load();
  }
  async function reread() {
    const [newest, { items }] = await Promise.all([get(path), get(`${path}/timeline?of=change&limit=1`)]);
    return { record: { ...newest, grade_code: newest.grade }, by: items[0]?.user_name ?? "" };
  }
  if (!record) {
    return html`<div class="panel-body wide-page">
      <a href=${linkTo("outlets")}>← ${t("desk.outlets")}</a>
      ${error !== null ? html`<${ErrorBanner} error=${error} onRetry=${attempt} />` : html`<p class="muted" role="status">${t("common.loading")}</p>`}
    </div>`;
  }
  const groups = kind === "outlets" ? outletGroups(grades) : accountGroups();
  const common = { path, record, reload: load };
  const group = (/** @type {import("./record_fields.js").Group} */ { key, fields }) =>
    html`<${Group} key=${key} title=${t(`record.${key}`)} ...${{ fields, record, save, reread }}>${key === "visits" && html`<${Policy} record=${record} />`}<//>`;
  const left = html`<div class="record-main">
    ${groups.slice(0, 1).map(group)}
    <${Contacts} ...${common} />
    ${groups.slice(1).map(group)}
    ${kind === "outlets" && html`<${Competitors} ...${common} />`}
    <${Relations} kind=${kind} ...${common} />
    <${Attachments} ...${common} />
  </div>`;
  const right = html`<div class="record-side">
    ${kind === "outlets" && html`<${Place} record=${record} radius=${standing?.radius_m ?? 0} save=${save} reps=${reps} />`}
    ${
      kind === "outlets" &&
      html`<section class="group" aria-label=${t("record.sales")}><h3>${t("record.sales")}</h3><${SalesChart} sales=${record.sales} /></section>`
    }
    ${(payer || kind === "accounts") && html`<${Owed} account=${payer ?? record} link=${kind === "outlets"} />`}
    ${kind === "outlets" && html`<${OutletComplaints} ...${common} />`}
    ${kind === "outlets" && html`<${Life} path=${path} reload=${load} changed=${changed} />`}
  </div>`;
  return html`<div class="panel-body wide-page record">
    <${Head} ...${{ kind, record, standing }} />
    <${Tags} ...${common} />
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    <div class="tabs" role="tablist">
      ${PARTS.map((name) => html`<button role="tab" key=${name} aria-selected=${name === part} onClick=${() => setPart(name)}>${t(`record.part_${name}`)}</button>`)}
    </div>
    ${part === "overview" && html`<div class="record-columns">${left}${right}</div>`}
    ${part === "timeline" && html`<${Timeline} path=${path} changed=${changed} kinds=${kind === "accounts" ? ["follow_up", "form", "change"] : undefined} />`}
    ${part === "tasks" && html`<${Tasks} reps=${reps} about=${kind === "outlets" ? { outlet_id: record.id } : { account_id: record.id }} />`}
    ${part === "forms" && html`<${Forms} kind=${kind} ...${common} />`}
  </div>`;
}

/** @param {{kind: string, record: any, standing: Standing | null}} props */
function Head({ kind, record, standing }) {
  const last = standing?.last_visit;
  const next = standing?.next_visit;
  const cells = standing
    ? [
        [t("record.rep"), standing.rep?.name ?? t("record.no_rep")],
        [t("record.territory"), standing.territories.map(({ name }) => name).join(", ") || "–"],
        [t("record.next_visit"), next ? `${wholeDay(next.date)} · ${clock(next.arrival_minute)}` : t("record.none_planned")],
        [t("record.last_visit"), last ? wholeDay(last.date) : t("record.never")],
      ]
    : [[t("record.outlets_owned"), String(record.outlets?.length ?? 0)]];
  return html`<header class="record-head">
    <div>
      <a href=${linkTo("outlets")}>← ${t("desk.outlets")}</a>
      <h2>${record.name}</h2>
      <p>
        ${record.short_code && html`<span class="code">${record.short_code}</span>`}
        ${kind === "outlets" && html`<span class=${`badge life is-${record.status}`}>${t(`status.${record.status}`)}</span>`}
        ${record.grade && html`<span class="badge grade">${t("record.grade", { grade: record.grade })}</span>`}
        ${record.channel && html`<span class="muted">${textOr(`channel.${record.channel}`, record.channel)}</span>`}
        ${kind === "accounts" && html`<span class="badge">${t("record.account")}</span>`}
        ${record.account && html`<a href=${linkTo("accounts", record.account.id)}>${t("record.paid_by", { name: record.account.name })}</a>`}
        ${record.simulated && html`<span class="simulated">${t("common.simulated")}</span>`}
      </p>
    </div>
    <dl class="head-facts">${cells.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </header>`;
}

/** What the policy asks for. @param {{record: any}} props */
function Policy({ record: { policy } }) {
  if (!policy) return html`<p class="muted">${t("record.no_policy")}</p>`;
  return html`<p>${t("record.policy", { visits: policy.visits, weeks: policy.weeks, minutes: policy.minutes })}</p>`;
}

/** Credit and what is owed. @param {{account: any, link: boolean}} props */
function Owed({ account, link }) {
  const limit = account.credit_limit_minor !== null && account.credit_currency ? money(account.credit_limit_minor, account.credit_currency) : "–";
  return html`<section class="group" aria-label=${t("record.receivables")}>
    <div class="panel-head">
      <h3>${t("record.receivables")}</h3>
      ${link && html`<a href=${linkTo("accounts", account.id)}>${account.name}</a>`}
    </div>
    ${account.credit_hold && html`<div class="banner bad"><div class="grow"><strong>${t("record.on_hold")}</strong></div></div>`}
    <dl class="facts">
      <div><dt>${t("field.credit_grade")}</dt><dd>${account.credit_grade ?? "–"}</dd></div>
      <div><dt>${t("field.credit_days")}</dt><dd>${account.credit_days ?? "–"}</dd></div>
      <div><dt>${t("field.credit_limit_minor")}</dt><dd>${limit}</dd></div>
    </dl>
    ${account.receivables.length === 0 && html`<p class="muted">${t("record.owes_nothing")}</p>`}
    <ul class="part-list">
      ${account.receivables.map(
        (/** @type {any} */ one) => html`<li key=${one.currency}>
          <div class="grow">
            <b>${money(one.balance_minor, one.currency)}</b> <span class="muted">${t("record.as_of", { date: day(one.as_of) })}</span>
            ${one.overdue_minor > 0 && html`<div class="bad-value">${t("record.overdue", { value: money(one.overdue_minor, one.currency), date: one.overdue_since ? day(one.overdue_since) : "–" })}</div>`}
          </div>
        </li>`,
      )}
    </ul>
  </section>`;
}
