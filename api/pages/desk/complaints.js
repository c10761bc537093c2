/** Complaints: the first due first, closed with what was done, called back with how satisfied they are. */
import { ErrorBanner } from "../shared/banner.js";
import { day } from "../shared/format.js";
import { get, post } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { linkTo } from "./route.js";

/** @typedef {import("../types/api").Complaint} Complaint */

const STATES = ["open", "closed", "called_back"];
const today = () => new Intl.DateTimeFormat("en-CA").format(new Date());

/** @param {{reps: import("../types/api").Rep[]}} props */
export function Complaints({ reps }) {
  const [state, setState] = useState("open");
  const [items, setItems] = useState(/** @type {Complaint[] | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const load = () => get(`/complaints?status=${state}`).then((page) => setItems(page.items));
  useEffect(() => {
    setItems(null);
    load().catch(setError);
  }, [state]);
  /** @param {Complaint} one @param {string} what @param {any} body */
  async function act(one, what, body) {
    await post(`/complaints/${one.id}/${what}`, body);
    await load();
  }
  const owner = (/** @type {string | null} */ id) => reps.find((rep) => rep.id === id)?.name ?? "–";
  return html`<section>
    <div class="chips" role="group" aria-label=${t("timeline.filter")}>
      ${STATES.map((name) => html`<button key=${name} class="pill" aria-pressed=${name === state} onClick=${() => setState(name)}>${t(`complaint.${name}`)}</button>`)}
    </div>
    ${error !== null && html`<${ErrorBanner} error=${error} onRetry=${() => (setError(null), load().catch(setError))} />`}
    ${items === null && error === null && html`<p class="muted" role="status">${t("common.loading")}</p>`}
    ${items?.length === 0 && html`<p>${t("complaint.none")}</p>`}
    ${items?.map((one) => html`<${ComplaintCard} key=${one.id} one=${one} owner=${owner(one.owner_rep_id)} act=${act} />`)}
  </section>`;
}

/** @param {{one: Complaint, owner: string, act: (one: Complaint, what: string, body: any) => Promise<void>}} props */
function ComplaintCard({ one, owner, act }) {
  const [words, setWords] = useState("");
  const [mark, setMark] = useState("5");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const send = (/** @type {string} */ what, /** @type {any} */ body) => async (/** @type {any} */ event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    await act(one, what, body).catch((failure) => (setError(failure), setBusy(false)));
  };
  return html`<article class="group">
    <div class="panel-head">
      <h3>${one.subject}</h3>
      <span><span class=${`badge ${one.severity === "high" || one.severity === "critical" ? "bad" : ""}`}>${t(`severity.${one.severity}`)}</span></span>
    </div>
    <p>
      <a href=${linkTo("outlets", one.outlet_id)}>${one.outlet_name}</a> · ${t("complaint.owner", { name: owner })} ·
      <span class=${one.late ? "bad-value" : ""}> ${one.due ? t(one.late ? "complaint.late" : "complaint.due", { date: day(one.due) }) : ""}</span>
      ${one.demand_id && html` · ${t("complaint.visit_asked")}`}
    </p>
    ${one.description && html`<blockquote>${one.description}</blockquote>`}
    ${one.resolution && html`<p>${t("complaint.done", { text: one.resolution })}</p>`}
    ${one.satisfaction !== null && html`<p>${t("complaint.satisfied", { n: one.satisfaction })}</p>`}
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${
      one.status === "open" &&
      html`<form class="inline-form" onSubmit=${send("close", { resolution: words })}>
        <input aria-label=${t("complaint.resolution")} placeholder=${t("complaint.resolution")} value=${words} onInput=${(/** @type {any} */ event) => setWords(event.target.value)} />
        <button class="button" disabled=${busy || !words.trim()}>${t("complaint.close")}</button>
      </form>`
    }
    ${
      one.status === "closed" &&
      html`<form class="inline-form" onSubmit=${send("call-back", { satisfaction: Number(mark), on: today() })}>
        <label>${t("complaint.satisfaction")}<select value=${mark} onChange=${(/** @type {any} */ event) => setMark(event.target.value)}>${["1", "2", "3", "4", "5"].map((n) => html`<option>${n}</option>`)}</select></label>
        <button class="button" disabled=${busy}>${t("complaint.call_back")}</button>
        ${one.call_back_due && html`<span class="muted">${t("complaint.due", { date: day(one.call_back_due) })}</span>`}
      </form>`
    }
  </article>`;
}
