/** Grades that figures suggest: asked for by a method, accepted or refused singly or together. */
import { ErrorBanner, Notice } from "../shared/banner.js";
import { number, percent } from "../shared/format.js";
import { get, post } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { linkTo } from "./route.js";

/** @typedef {import("../types/api").GradeSuggestion} GradeSuggestion */

const METHODS = ["value", "pareto", "margin"];

/** @param {{grades: import("../types/api").Grade[]}} props */
export function Suggestions({ grades }) {
  const [found, setFound] = useState(/** @type {{items: GradeSuggestion[], total: number} | null} */ (null));
  const [ticked, setTicked] = useState(/** @type {Set<string>} */ (new Set()));
  const [method, setMethod] = useState("value");
  const [currency, setCurrency] = useState("EUR");
  const [shares, setShares] = useState(() => firstShares(grades.length));
  const [told, setTold] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);

  /** @param {() => Promise<void>} work */
  async function doing(work) {
    setBusy(true);
    setError(null);
    await work().catch(setError);
    setBusy(false);
  }
  const load = async () => {
    setFound(await get("/grade-suggestions"));
    setTicked(new Set());
  };
  useEffect(() => void doing(load), []);
  const suggest = (/** @type {any} */ event) => {
    event.preventDefault();
    const bands = grades.map(({ code }, at) => ({ grade: code, share: (shares[at] ?? 0) / 100 }));
    doing(async () => {
      setFound(await post("/grade-suggestions", { method, currency, bands }));
      setTicked(new Set());
      setTold("");
    });
  };
  const decide = (/** @type {boolean} */ accept, /** @type {string[] | null} */ ids) =>
    doing(async () => {
      const { done, outdated } = await post("/grade-suggestions/decide", { accept, ids });
      setTold(t(accept ? "suggest.accepted" : "suggest.refused", { n: done }) + (outdated.length ? ` ${t("suggest.outdated", { n: outdated.length })}` : ""));
      await load();
    });
  const toggle = (/** @type {string} */ id) => {
    const next = new Set(ticked);
    if (!next.delete(id)) next.add(id);
    setTicked(next);
  };
  const some = [...ticked];
  return html`<section>
    <form class="group" onSubmit=${suggest} aria-label=${t("suggest.ask")}>
      <p class="muted">${t(`suggest.about_${method}`)}</p>
      <div class="fields">
        <label>${t("suggest.method")}<select value=${method} onChange=${(/** @type {any} */ event) => setMethod(event.target.value)}>${METHODS.map((one) => html`<option value=${one}>${t(`suggest.method_${one}`)}</option>`)}</select></label>
        <label>${t("field.currency")}<input maxlength="3" value=${currency} onInput=${(/** @type {any} */ event) => setCurrency(event.target.value.toUpperCase())} /></label>
        ${grades.map(({ code }, at) => html`<label key=${code} class="narrow">${t("suggest.share", { grade: code })}<input type="number" min="0" max="100" value=${shares[at]} onInput=${(/** @type {any} */ event) => setShares(shares.map((old, index) => (index === at ? Number(event.target.value) : old)))} /></label>`)}
      </div>
      <div class="actions"><button class="button" disabled=${busy}>${t("suggest.ask")}</button></div>
    </form>
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${told && html`<${Notice} tone="good" title=${told} />`}
    ${found?.items.length === 0 && html`<p>${t("suggest.none")}</p>`}
    ${
      found &&
      found.items.length > 0 &&
      html`<div class="actions">
          <button class="button primary" disabled=${busy} onClick=${() => decide(true, some.length ? some : null)}>${some.length ? t("suggest.accept_n", { n: some.length }) : t("suggest.accept_all", { n: found.total })}</button>
          <button class="button" disabled=${busy} onClick=${() => decide(false, some.length ? some : null)}>${some.length ? t("suggest.refuse_n", { n: some.length }) : t("suggest.refuse_all", { n: found.total })}</button>
        </div>
        <div class="scroll">
          <table class="sheet">
            <thead><tr><th></th><th>${t("field.name")}</th><th>${t("suggest.change")}</th><th>${t("suggest.score")}</th><th>${t("suggest.why")}</th><th></th></tr></thead>
            <tbody>
              ${found.items.map(
                (one) => html`<tr key=${one.id}>
                  <td><input type="checkbox" class="tick-box" aria-label=${one.outlet_name} checked=${ticked.has(one.id)} onChange=${() => toggle(one.id)} /></td>
                  <td><a href=${linkTo("outlets", one.outlet_id)}>${one.outlet_name}</a></td>
                  <td><b>${one.from_grade} → ${one.to_grade}</b></td>
                  <td>${number(one.score, 2)}</td>
                  <td class="muted">${Object.entries(one.parts).map(([name, value]) => `${t(`suggest.part_${name}`)} ${percent(value)}`).join(" · ")}</td>
                  <td class="row-actions">
                    <button class="button" aria-label=${`${t("proposals.accept")}: ${one.outlet_name}`} disabled=${busy} onClick=${() => decide(true, [one.id])}>✓</button>
                    <button class="button" aria-label=${`${t("proposals.refuse")}: ${one.outlet_name}`} disabled=${busy} onClick=${() => decide(false, [one.id])}>✕</button>
                  </td>
                </tr>`,
              )}
            </tbody>
          </table>
        </div>`
    }
  </section>`;
}

/** A tenth for the best grade, then more and more, to 100 together. @param {number} count */
function firstShares(count) {
  const weights = Array.from({ length: count }, (_, at) => at + 1);
  const whole = weights.reduce((sum, one) => sum + one, 0);
  const shares = weights.map((one) => Math.round((100 * one) / whole));
  const rest = 100 - shares.slice(0, -1).reduce((sum, one) => sum + one, 0);
  return [...shares.slice(0, -1), rest].slice(0, count);
}
