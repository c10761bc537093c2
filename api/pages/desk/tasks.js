/** Tasks: what somebody has to do, the first due first; done, not needed, or given to somebody. */
import { ErrorBanner } from "../shared/banner.js";
import { day } from "../shared/format.js";
import { get, post } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { linkTo } from "./route.js";

/** @typedef {import("../types/api").Task} Task */
/** @typedef {import("../types/api").Rep[]} Reps */

const STATES = ["open", "done", "cancelled"];
/** Complaints make their own tasks, see complaints.js. */
const KINDS = ["visit", "call", "message", "mail", "other"];

/** All tasks, or with `about` those of one outlet or account. @param {{reps: Reps, about?: {outlet_id?: string, account_id?: string}}} props */
export function Tasks({ reps, about = {} }) {
  const [state, setState] = useState("open");
  const [rep, setRep] = useState("");
  const [page, setPage] = useState(/** @type {{items: Task[], next_cursor: string | null} | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const query = new URLSearchParams({ ...about, state, limit: "100", ...(rep && { rep_id: rep }) }).toString();
  const load = () => get(`/tasks?${query}`).then((found) => (setPage(found), setError(null)), setError);
  useEffect(() => {
    setPage(null);
    void load();
  }, [query]);
  const more = () =>
    get(`/tasks?${query}&cursor=${page?.next_cursor}`).then((next) => setPage({ ...next, items: [...(page?.items ?? []), ...next.items] }), setError);
  const alone = Object.keys(about).length === 0;
  const owner = (/** @type {string | null} */ id) => reps.find((one) => one.id === id)?.name ?? t("task.office");
  return html`<section>
    <${NewTask} reps=${reps} about=${about} made=${load} />
    <div class="chips" role="group" aria-label=${t("timeline.filter")}>
      ${STATES.map((name) => html`<button key=${name} class="pill" aria-pressed=${name === state} onClick=${() => setState(name)}>${t(`task.${name}`)}</button>`)}
      ${
        alone &&
        html`<select aria-label=${t("record.rep")} value=${rep} onChange=${(/** @type {any} */ event) => setRep(event.target.value)}>
          <option value="">${t("task.everybody")}</option>
          ${reps.map((one) => html`<option value=${one.id}>${one.name}</option>`)}
        </select>`
      }
    </div>
    ${error !== null && html`<${ErrorBanner} error=${error} onRetry=${load} />`}
    ${page === null && error === null && html`<p class="muted" role="status">${t("common.loading")}</p>`}
    ${page?.items.length === 0 && html`<p>${t("task.none")}</p>`}
    ${page?.items.map((one) => html`<${TaskCard} key=${one.id} one=${one} owner=${owner(one.rep_id)} named=${alone} changed=${load} />`)}
    ${page?.next_cursor && html`<button class="button" onClick=${more}>${t("task.more")}</button>`}
  </section>`;
}

/** @param {{one: Task, owner: string, named: boolean, changed: () => Promise<void>}} props */
function TaskCard({ one, owner, named, changed }) {
  const [words, setWords] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  /** @param {string} what */
  async function act(what) {
    setBusy(true);
    setError(null);
    const sent = what === "reopen" ? post(`/tasks/${one.id}/reopen`) : post(`/tasks/${one.id}/${what}`, { result: words });
    await sent.then(changed, setError);
    setBusy(false);
  }
  const facts = [
    t("complaint.owner", { name: owner }),
    one.source !== "manual" && t(`task.source_${one.source}`),
    one.demand_id && t("complaint.visit_asked"),
    one.priority === "high" && t("task.high"),
  ];
  return html`<article class="group">
    <div class="panel-head">
      <h3>${one.title || t(`task.kind_${one.kind}`)}</h3>
      <span class="badge">${t(`task.kind_${one.kind}`)}</span>
    </div>
    <p>
      ${named && one.outlet_id && html`<a href=${linkTo("outlets", one.outlet_id)}>${one.outlet_name}</a> · `}
      ${facts.filter(Boolean).join(" · ")}
      ${one.due && html` · <span class=${one.late ? "bad-value" : ""}>${t(one.late ? "complaint.late" : "complaint.due", { date: day(one.due) })}</span>`}
    </p>
    ${one.note && html`<blockquote>${one.note}</blockquote>`}
    ${one.result && html`<p>${t("complaint.done", { text: one.result })}</p>`}
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${
      one.state !== "open"
        ? html`<button class="button" disabled=${busy} onClick=${() => act("reopen")}>${t("task.reopen")}</button>`
        : one.complaint_id
          ? html`<a href=${linkTo("care")}>${t("task.at_complaints")}</a>`
          : html`<form class="inline-form" onSubmit=${(/** @type {any} */ event) => (event.preventDefault(), act("done"))}>
              <input aria-label=${t("task.result")} placeholder=${t("task.result")} value=${words} onInput=${(/** @type {any} */ event) => setWords(event.target.value)} />
              <button class="button primary" disabled=${busy}>${t("task.do")}</button>
              <button type="button" class="button" disabled=${busy} onClick=${() => act("cancel")}>${t("task.cancel")}</button>
            </form>`
    }
  </article>`;
}

/** @param {{reps: Reps, about: {outlet_id?: string, account_id?: string}, made: () => Promise<void>}} props */
function NewTask({ reps, about, made }) {
  const kinds = about.outlet_id ? KINDS : KINDS.filter((name) => name !== "visit");
  const blank = { title: "", kind: "call", due: "", rep_id: "" };
  const [task, setTask] = useState(blank);
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const put = (/** @type {string} */ name) => (/** @type {any} */ event) => setTask({ ...task, [name]: event.target.value });
  /** @param {any} event */
  async function send(event) {
    event.preventDefault();
    setBusy(true);
    setError(null);
    const filled = Object.fromEntries(Object.entries(task).filter(([, value]) => value !== ""));
    await post("/tasks", { ...about, ...filled }).then(() => (setTask(blank), made()), setError);
    setBusy(false);
  }
  return html`<div class="group"><form class="inline-form" onSubmit=${send} aria-label=${t("task.new")}>
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    <input aria-label=${t("task.title")} placeholder=${t("task.title")} maxlength="200" value=${task.title} onInput=${put("title")} />
    <select aria-label=${t("task.kind")} value=${task.kind} onChange=${put("kind")}>${kinds.map((name) => html`<option value=${name}>${t(`task.kind_${name}`)}</option>`)}</select>
    <label>${t("task.due")}<input type="date" value=${task.due} onInput=${put("due")} /></label>
    <select aria-label=${t("record.rep")} value=${task.rep_id} onChange=${put("rep_id")}>
      <option value="">${t(about.outlet_id ? "task.whoever_serves" : "task.me")}</option>
      ${reps.map((one) => html`<option value=${one.id}>${one.name}</option>`)}
    </select>
    <button class="button" disabled=${busy || !task.title.trim()}>${t("task.add")}</button>
  </form></div>`;
}
