/** Metrics and funnel: every figure with its numerator, denominator and rule. */
import { ErrorBanner } from "../shared/banner.js";
import { addDays, day as dayText, duration, hours, money, number, percent, todayIn } from "../shared/format.js";
import { get } from "../shared/http.js";
import { language, t, textOr } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";

/** @typedef {import("../types/api").Figure} Figure */
/** @typedef {import("../types/api").Funnel} Funnel */

const PERIOD_DAYS = 28;

/** @param {{reps: import("../types/api").Rep[]}} props */
export function Figures({ reps }) {
  const today = todayIn(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [period, setPeriod] = useState({ from: addDays(today, 1 - PERIOD_DAYS), to: today });
  const [rep, setRep] = useState("");
  const [figures, setFigures] = useState(/** @type {Figure[] | null} */ (null));
  const [funnel, setFunnel] = useState(/** @type {Funnel | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));

  useEffect(() => {
    let isCurrent = true;
    const query = new URLSearchParams({ date_from: period.from, date_to: period.to });
    if (rep) query.set("rep_id", rep);
    get(`/metrics?${query}`).then(
      (answer) => isCurrent && (setFigures(answer.figures), setError(null)),
      (failure) => isCurrent && setError(failure),
    );
    return () => {
      isCurrent = false;
    };
  }, [period.from, period.to, rep, language()]);
  useEffect(() => {
    get("/funnel").then(setFunnel, setError);
  }, [language()]);

  const input = (/** @type {"from" | "to"} */ key) => html`<label>
    ${t(`figures.${key}`)}
    <input
      type="date"
      required
      value=${period[key]}
      onChange=${(/** @type {any} */ event) => event.target.value && setPeriod({ ...period, [key]: event.target.value })}
    />
  </label>`;
  return html`<div class="panel-body figures-page">
    <div class="panel-head">
      <h2>${t("figures.title")}</h2>
      <div class="fields">
      ${input("from")} ${input("to")}
      <label>
        ${t("figures.rep")}
        <select value=${rep} onChange=${(/** @type {any} */ event) => setRep(event.target.value)}>
          <option value="">${t("figures.all_reps")}</option>
          ${reps.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
        </select>
      </label>
      </div>
    </div>
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${figures === null && error === null && html`<p class="muted" role="status">${t("common.loading")}</p>`}
    <div class="boards">
      <ul class="metrics">
        ${figures?.map((figure) => html`<${Metric} key=${figure.key} figure=${figure} />`)}
      </ul>
      ${funnel && html`<${FunnelView} funnel=${funnel} />`}
    </div>
  </div>`;
}

/** A value in its unit. @param {Figure} figure */
function valueText({ value, unit, currency }) {
  if (value === null) return "–";
  if (unit === "share") return percent(value, 1);
  if (unit === "minutes") return duration(value);
  return unit === "minor" && currency ? money(value, currency) : number(value, 1);
}

/** Numerator and denominator: a part of a whole, or a sum over a count. @param {Figure} figure */
function partsText({ unit, numerator, denominator, currency }) {
  const sums = {
    minor: () => (currency ? money(numerator, currency) : number(numerator)),
    minutes: () => hours(numerator),
    lines: () => number(numerator),
    share: () => number(numerator, 1),
  };
  const sum = sums[unit]();
  const key = unit === "share" ? "figures.of" : "figures.per";
  return t(key, { a: sum, b: number(denominator, 1) });
}

/** @param {{figure: Figure}} props */
function Metric({ figure }) {
  const { value, unit, formula, rule_version, simulated, period } = figure;
  return html`<li class="metric">
    <div class="task-line">
      <strong>${textOr(`metric.${figure.key}`, figure.name)}</strong>
      <b class="value">${valueText(figure)}</b>
    </div>
    ${
      value !== null &&
      unit === "share" &&
      html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="4" class="track" />
        <rect width=${100 * Math.min(1, value)} height="4" class="fill" />
      </svg>`
    }
    <div class="muted">
      ${
        value === null ? t("figures.no_data") : partsText(figure)
      }
      ${simulated && html` · <span class="simulated">${t("common.simulated")}</span>`}
    </div>
    <details>
      <summary>${t("figures.how")}</summary>
      <p class="muted">
        ${formula}<br />
        ${t("figures.rule", {
          version: rule_version,
          from: period[0] ? dayText(period[0]) : "–",
          to: period[1] ? dayText(period[1]) : "–",
        })}
      </p>
    </details>
  </li>`;
}

/** Amount and win rate; a stage that is closed has no rate to say. @param {Funnel["stages"][0]} stage */
function stageText({ amount_minor, currency, win_rate }) {
  const amount = currency ? money(amount_minor, currency) : "";
  if (win_rate === 0 || win_rate === 1) return amount;
  return [amount, t("funnel.win", { share: percent(win_rate) })].filter(Boolean).join(" · ");
}

/** @param {{funnel: Funnel}} props */
function FunnelView({ funnel }) {
  const { stages, forecast, simulated } = funnel;
  const most = Math.max(1, ...stages.map(({ count }) => count));
  const sums = (/** @type {{amount_minor: number, currency: string}[]} */ all) =>
    all.map((one) => money(one.amount_minor, one.currency)).join(" + ") || "–";
  return html`<section class="metric" aria-labelledby="funnel-title">
    <h2 id="funnel-title">
      ${t("funnel.title")} ${simulated && html`<span class="simulated">${t("common.simulated")}</span>`}
    </h2>
    <ul class="funnel">
      ${stages.map(
        (stage) => html`<li key=${`${stage.code}-${stage.currency}`}>
          <div class="task-line">
            <span>${stage.name}</span>
            <span class="muted">${stageText(stage)}</span>
          </div>
          <div class="funnel-row">
            <svg class="bar tall" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
              <rect width=${(100 * stage.count) / most} height="12" class="fill" />
            </svg>
            <b>${number(stage.count)}</b>
          </div>
        </li>`,
      )}
    </ul>
    <dl class="forecast">
      <dt>${t("funnel.forecast")}</dt>
      <dd><b>${sums(forecast.money)}</b> <span class="muted">${t("funnel.deals", { n: number(forecast.count, 1) })}</span></dd>
      <dt>${t("funnel.all")}</dt>
      <dd>${sums(forecast.if_all_close)}</dd>
    </dl>
  </section>`;
}
