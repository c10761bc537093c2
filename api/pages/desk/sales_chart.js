/** What an outlet bought by month, and the margin in it: bars of one currency. */
import { money, percent } from "../shared/format.js";
import { language, t } from "../shared/i18n.js";
import { html, useState } from "../shared/ui.js";

const HEIGHT = 96;
const MONTHS = 12;

/** @param {{sales: import("../types/api").SalesMonth[]}} props newest first */
export function SalesChart({ sales }) {
  const currencies = [...new Set(sales.map(({ currency }) => currency))];
  const [chosen, setChosen] = useState(currencies[0]);
  const currency = currencies.includes(chosen) ? chosen : currencies[0];
  if (!currency) return html`<p class="muted">${t("record.no_sales")}</p>`;
  const months = lastMonths(sales.filter((one) => one.currency === currency));
  const top = Math.max(1, ...months.map(({ amount_minor }) => amount_minor));
  const amount = sum(months.map(({ amount_minor }) => amount_minor));
  const known = months.filter(({ margin_minor }) => margin_minor !== null);
  const margin = sum(known.map(({ margin_minor }) => margin_minor ?? 0));
  const over = sum(known.map(({ amount_minor }) => amount_minor));
  return html`<div class="sales">
    <p>
      <b>${money(amount, currency)}</b> <span class="muted">${t("record.sales_months", { n: months.length })}</span>
      ${over > 0 && html` · ${t("record.margin", { value: percent(margin / over, 1) })}`}
    </p>
    ${
      currencies.length > 1 &&
      html`<select aria-label=${t("field.currency")} value=${currency} onChange=${(/** @type {any} */ event) => setChosen(event.target.value)}>
        ${currencies.map((one) => html`<option>${one}</option>`)}
      </select>`
    }
    <ol class="bars">
      ${months.map((one) => html`<li key=${one.month}><${Bar} one=${one} top=${top} /></li>`)}
    </ol>
  </div>`;
}

/** @param {{one: import("../types/api").SalesMonth, top: number}} props */
function Bar({ one, top }) {
  const tall = (/** @type {number | null} */ minor) => Math.max(0, Math.round(((minor ?? 0) / top) * HEIGHT));
  const label = `${monthName(one.month)} ${one.month.slice(0, 4)}: ${money(one.amount_minor, one.currency)}`;
  const margin = one.margin_minor === null ? "" : ` · ${t("record.margin_of", { value: money(one.margin_minor, one.currency) })}`;
  const all = tall(one.amount_minor);
  const of = Math.min(all, tall(one.margin_minor));
  return html`<svg width="100%" height=${HEIGHT} viewBox=${`0 0 20 ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${label + margin}>
      <title>${label + margin}</title>
      <rect x="2" y=${HEIGHT - all} width="16" height=${all} class="bar-all" />
      <rect x="2" y=${HEIGHT - of} width="16" height=${of} class="bar-margin" />
    </svg>
    <small>${monthName(one.month)}</small>`;
}

/** @param {import("../types/api").SalesMonth[]} sales */
const lastMonths = (sales) => [...sales].sort((a, b) => a.month.localeCompare(b.month)).slice(-MONTHS);

/** @param {string} month */
const monthName = (month) =>
  new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", { month: language() === "zh" ? "numeric" : "narrow", timeZone: "UTC" }).format(new Date(month));

/** @param {number[]} figures */
const sum = (figures) => figures.reduce((total, one) => total + one, 0);
