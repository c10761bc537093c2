/** Customers that need care: tasks, those at risk, complaints, records with gaps, and outlets that nobody serves. */
import { ErrorBanner } from "../shared/banner.js";
import { number, percent } from "../shared/format.js";
import { get, post } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { Complaints } from "./complaints.js";
import { fieldTitle } from "./record_fields.js";
import { linkTo } from "./route.js";
import { Tasks } from "./tasks.js";

const PARTS = ["tasks", "at_risk", "complaints", "completeness", "pool"];

/** @param {{reps: import("../types/api").Rep[]}} props */
export function Care({ reps }) {
  const [part, setPart] = useState(PARTS[0]);
  return html`<div class="panel-body wide-page record">
    <div class="panel-head"><h2>${t("desk.care")}</h2></div>
    <div class="tabs" role="tablist">
      ${PARTS.map((name) => html`<button role="tab" key=${name} aria-selected=${name === part} onClick=${() => setPart(name)}>${t(`care.${name}`)}</button>`)}
    </div>
    ${part === "tasks" && html`<${Tasks} reps=${reps} />`}
    ${part === "at_risk" && html`<${AtRisk} />`}
    ${part === "complaints" && html`<${Complaints} reps=${reps} />`}
    ${part === "completeness" && html`<${Gaps} reps=${reps} />`}
    ${part === "pool" && html`<${Pool} reps=${reps} />`}
  </div>`;
}

/** Reads once and shows what went wrong. @param {string} path @returns {[any, unknown, () => Promise<void>]} */
function useRead(path) {
  const [found, setFound] = useState(/** @type {any} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const load = () => get(path).then((body) => (setFound(body), setError(null)), setError);
  useEffect(() => void load(), [path]);
  return [found, error, load];
}

/** @param {{found: any, error: unknown, load: () => void, none: string}} props */
function Reading({ found, error, load, none }) {
  if (error !== null) return html`<${ErrorBanner} error=${error} onRetry=${load} />`;
  if (!found) return html`<p class="muted" role="status">${t("common.loading")}</p>`;
  return found.items.length === 0 ? html`<p>${none}</p>` : null;
}

function AtRisk() {
  const [found, error, load] = useRead("/care/at-risk");
  return html`<section>
    <p class="muted">${t("care.at_risk_about")}</p>
    <${Reading} ...${{ found, error, load, none: t("care.none_at_risk") }} />
    ${
      found?.items.length > 0 &&
      html`<div class="scroll tall"><table class="sheet">
        <thead><tr><th>${t("field.name")}</th><th>${t("field.grade_code")}</th><th>${t("care.signals")}</th></tr></thead>
        <tbody>
          ${found.items.map(
            (/** @type {any} */ one) => html`<tr key=${one.outlet_id}>
              <td><a href=${linkTo("outlets", one.outlet_id)}>${one.name}</a> <span class="muted">${one.short_code}</span> ${one.held && html`<span class="badge bad">${t("care.held")}</span>`}</td>
              <td>${one.grade}</td>
              <td>${one.risks.map((/** @type {any} */ risk) => html`<span class="signal"><span class="badge ${risk.signal === "overdue" || risk.signal === "complaint" ? "bad" : "warn"}">${t(`signal.${risk.signal}`)}</span> <span class="muted">${evidence(risk)}</span></span>`)}</td>
            </tr>`,
          )}
        </tbody>
      </table></div>`
    }
  </section>`;
}

/** The figure that was seen and the limit it broke. @param {{signal: string, seen: number, limit: number}} risk */
function evidence({ signal, seen, limit }) {
  if (signal === "sales_falling") return t("signal.sales_falling_seen", { seen: percent(seen), limit: percent(limit) });
  if (signal === "complaint") return t(seen > 0 ? "signal.complaint_late" : "signal.complaint_open", { n: Math.abs(seen) });
  return t(`signal.${signal}_seen`, { seen: number(seen), limit: number(limit) });
}

/** @param {{reps: import("../types/api").Rep[]}} props */
function Gaps({ reps }) {
  const [days, setDays] = useState(180);
  const [found, error, load] = useRead(`/completeness?stale_days=${days}`);
  const missing = Object.entries(found?.missing ?? {}).slice(0, 6);
  const repName = (/** @type {string | null} */ id) => reps.find((rep) => rep.id === id)?.name ?? t("record.no_rep");
  return html`<section>
    <p class="muted">${t("care.completeness_about")}</p>
    <div class="fields"><label class="narrow-field">${t("care.stale_after")}<input type="number" min="1" max="3650" value=${days} onChange=${(/** @type {any} */ event) => setDays(Math.min(3650, Math.max(1, Math.round(Number(event.target.value)) || 180)))} /></label></div>
    ${
      found &&
      html`<div class="tiles">
          <div class="tile is-new"><b>${number(found.counts.complete ?? 0)}</b><span>${t("care.complete")}</span></div>
          <div class="tile"><b>${number(found.counts.due ?? 0)}</b><span>${t("care.due")}</span></div>
          <div class=${`tile ${found.counts.late ? "is-faulty" : ""}`}><b>${number(found.counts.late ?? 0)}</b><span>${t("care.late")}</span></div>
          <div class=${`tile ${found.stale ? "is-duplicates" : ""}`}><b>${number(found.stale)}</b><span>${t("care.stale")}</span></div>
        </div>
        ${missing.length > 0 && html`<p>${t("care.most_missing")} ${missing.map(([name, count]) => `${fieldTitle(name)} (${number(Number(count))})`).join(", ")}</p>`}`
    }
    <${Reading} ...${{ found, error, load, none: t("care.none_missing") }} />
    ${
      found?.items.length > 0 &&
      html`<div class="scroll tall"><table class="sheet">
        <thead><tr><th>${t("field.name")}</th><th>${t("record.rep")}</th><th>${t("care.missing")}</th><th>${t("care.changed")}</th></tr></thead>
        <tbody>
          ${found.items.map(
            (/** @type {any} */ one) => html`<tr key=${one.outlet_id}>
              <td><a href=${linkTo("outlets", one.outlet_id)}>${one.name}</a> <span class="muted">${one.short_code}</span></td>
              <td>${repName(one.rep_id)}</td>
              <td>${one.state === "late" && html`<span class="badge bad">${t("care.late")}</span>`} ${[...one.missing_basics, ...one.missing].map(fieldTitle).join(", ") || "–"}</td>
              <td>${one.updated_at.slice(0, 10)} ${one.stale && html`<span class="badge warn">${t("care.stale")}</span>`}</td>
            </tr>`,
          )}
        </tbody>
      </table></div>`
    }
  </section>`;
}

/** @param {{reps: import("../types/api").Rep[]}} props */
function Pool({ reps }) {
  const [found, error, load] = useRead("/pool");
  const [ticked, setTicked] = useState(/** @type {string[]} */ ([]));
  const [rep, setRep] = useState(reps[0]?.id ?? "");
  const [told, setTold] = useState("");
  const [failed, setFailed] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  /** @param {() => Promise<string>} work */
  async function doing(work) {
    setBusy(true);
    setFailed(null);
    try {
      setTold(await work());
      setTicked([]);
      await load();
    } catch (failure) {
      setFailed(failure);
    }
    setBusy(false);
  }
  const give = () => doing(async () => t("care.given", { n: (await post("/outlets/assign", { rep_id: rep, outlet_ids: ticked })).count }));
  const recall = () => doing(async () => t("care.recalled", { n: (await post("/pool/recall")).count }));
  const toggle = (/** @type {string} */ id) => setTicked(ticked.includes(id) ? ticked.filter((one) => one !== id) : [...ticked, id]);
  return html`<section>
    <div class="panel-head"><p class="muted">${t("care.pool_about")}</p><button class="button" disabled=${busy} onClick=${recall}>${t("care.recall")}</button></div>
    ${failed !== null && html`<${ErrorBanner} error=${failed} onClose=${() => setFailed(null)} />`}
    ${told && html`<p class="banner good" role="status">${told}</p>`}
    <${Reading} ...${{ found, error, load, none: t("care.none_pool") }} />
    ${
      found?.items.length > 0 &&
      html`<div class="fields"><label>${t("care.give_to")}<select value=${rep} onChange=${(/** @type {any} */ event) => setRep(event.target.value)}>${reps.map((one) => html`<option value=${one.id}>${one.name}</option>`)}</select></label></div>
        <div class="actions"><button class="button primary" disabled=${busy || !rep || ticked.length === 0} onClick=${give}>${t("care.give", { n: ticked.length })}</button></div>
        <div class="scroll tall"><table class="sheet"><tbody>
          ${found.items.map(
            (/** @type {any} */ one) => html`<tr key=${one.id}>
              <td><input type="checkbox" class="tick-box" aria-label=${one.name} checked=${ticked.includes(one.id)} onChange=${() => toggle(one.id)} /></td>
              <td><a href=${linkTo("outlets", one.id)}>${one.name}</a> <span class="muted">${one.short_code}</span></td>
              <td>${one.grade}</td>
            </tr>`,
          )}
        </tbody></table></div>`
    }
  </section>`;
}
