/** Metrics and funnel: every figure with its numerator, denominator and rule. */
import { ErrorBanner } from "../shared/banner.js";
import { addDays, day as dayText, money, number, percent, todayIn } from "../shared/format.js";
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
  return html`<div class="panel-body">
    <h2>${t("figures.title")}</h2>
    <div class="fields">
      ${input("from")} ${input("to")}
      <label class="wide">
        ${t("figures.rep")}
        <select value=${rep} onChange=${(/** @type {any} */ event) => setRep(event.target.value)}>
          <option value="">${t("figures.all_reps")}</option>
          ${reps.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
        </select>
      </label>
    </div>
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${figures === null && error === null && html`<p class="muted" role="status">${t("common.loading")}</p>`}
    <ul class="metrics">${figures?.map((figure) => html`<${Metric} key=${figure.key} figure=${figure} />`)}</ul>
    ${funnel && html`<${FunnelView} funnel=${funnel} />`}
  </div>`;
}

/** A share is shown as per cent, anything else as a number. @param {Figure} figure */
function valueText({ value, unit, numerator, denominator }) {
  if (value === null) return "–";
  const isShare = unit === "%" || unit === "share" || unit === "ratio" || unit === "percent";
  if (!isShare) return `${number(value, 1)}`;
  const share = numerator !== null && denominator ? numerator / denominator : value;
  return percent(share, 1);
}

/** @param {{figure: Figure}} props */
function Metric({ figure }) {
  const { numerator, denominator, value, formula, rule_version, simulated, period } = figure;
  const share = numerator !== null && denominator ? Math.min(1, numerator / denominator) : 0;
  return html`<li class="metric">
    <div class="task-line">
      <strong>${textOr(`metric.${figure.key}`, figure.name)}</strong>
      <b class="value">${valueText(figure)}</b>
    </div>
    ${
      value !== null &&
      html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="4" class="track" />
        <rect width=${100 * share} height="4" class="fill" />
      </svg>`
    }
    <div class="muted">
      ${
        value === null
          ? t("figures.no_data")
          : t("figures.of", { a: number(numerator ?? 0, 1), b: number(denominator ?? 0, 1) })
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

/** @param {{funnel: Funnel}} props */
function FunnelView({ funnel }) {
  const { stages, forecast, simulated } = funnel;
  const most = Math.max(1, ...stages.map(({ count }) => count));
  const sums = (/** @type {{amount_minor: number, currency: string}[]} */ all) =>
    all.map((one) => money(one.amount_minor, one.currency)).join(" + ") || "–";
  return html`<section aria-labelledby="funnel-title">
    <h2 id="funnel-title">
      ${t("funnel.title")} ${simulated && html`<span class="simulated">${t("common.simulated")}</span>`}
    </h2>
    <ul class="funnel">
      ${stages.map(
        (stage) => html`<li key=${`${stage.code}-${stage.currency}`}>
          <div class="task-line">
            <span>${stage.name}</span>
            <span class="muted">
              ${stage.currency ? money(stage.amount_minor, stage.currency) : ""} ·
              ${t("funnel.win", { share: percent(stage.win_rate) })}
            </span>
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
