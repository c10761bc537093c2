/** Who belongs to whom: the payer's outlets, its parent and children, and who delivers on which days. */
import { weekday } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { html } from "../shared/ui.js";
import { linkTo } from "./route.js";

const A_MONDAY = "2026-03-02";

/** @param {{kind: string, record: any}} props */
export function Relations({ kind, record }) {
  const relations = kind === "outlets" ? record.distributors : record.relations;
  const owned = record.outlets ?? [];
  if (relations.length === 0 && owned.length === 0) return null;
  return html`<section class="group" aria-label=${t("record.relations")}>
    <h3>${t("record.relations")}</h3>
    <ul class="part-list">
      ${relations.map((/** @type {any} */ one) => html`<li key=${one.id}><div class="grow"><${Relation} one=${one} own=${record.id} /></div></li>`)}
      ${owned.map((/** @type {any} */ one) => html`<li key=${one.id}><div class="grow"><a href=${linkTo("outlets", one.id)}>${one.name}</a> <span class="muted">${t("record.owned")}</span></div></li>`)}
    </ul>
  </section>`;
}

/** @param {{one: any, own: string}} props */
function Relation({ one, own }) {
  const days = one.delivery_weekdays.map(dayName).join(", ");
  if (one.kind === "distributor") {
    const other = one.account_id === own ? ["outlets", one.outlet_id, one.outlet_name, "delivers_to"] : ["accounts", one.account_id, one.account_name, "delivered_by"];
    return html`<a href=${linkTo(other[0], other[1])}>${other[2]}</a> <span class="muted">${t(`record.${other[3]}`)}${days ? ` · ${days}` : ""}</span>`;
  }
  const [id, name, key] = one.account_id === own ? [one.other_account_id, one.other_account_name, "child"] : [one.account_id, one.account_name, "parent"];
  return html`<a href=${linkTo("accounts", id)}>${name}</a> <span class="muted">${t(`record.${key}`)}</span>`;
}

/** @param {number} number 0 = Monday */
function dayName(number) {
  const date = new Date(`${A_MONDAY}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + number);
  return weekday(date.toISOString().slice(0, 10));
}
