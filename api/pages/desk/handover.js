/** A rep's work goes to another: told first, done in one step, planned again where that is wanted. */
import { ErrorBanner, Notice } from "../shared/banner.js";
import { number } from "../shared/format.js";
import { get, post } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { linkTo } from "./route.js";

/** @typedef {import("../types/api").HandOver} Told */

/** @param {{reps: import("../types/api").Rep[]}} props */
export function HandOver({ reps }) {
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [on, setOn] = useState(new Intl.DateTimeFormat("en-CA").format(new Date()));
  const [leaves, setLeaves] = useState(false);
  const [replan, setReplan] = useState(true);
  const [own, setOwn] = useState(/** @type {any[]} */ ([]));
  const [others, setOthers] = useState(/** @type {Record<string, string>} */ ({}));
  const [told, setTold] = useState(/** @type {Told | null} */ (null));
  const [done, setDone] = useState(/** @type {Told | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const name = (/** @type {string} */ id) => reps.find((rep) => rep.id === id)?.name ?? "";

  useEffect(() => {
    setOthers({});
    setOwn([]);
    if (from) allOf(from).then(setOwn, setError);
  }, [from]);
  useEffect(() => setTold(null), [from, to, on, leaves, replan, JSON.stringify(others)]);

  const body = { to_rep_id: to, on, leaves, replan, outlets: others };
  /** @param {string} what @param {(told: Told) => void} keep */
  async function ask(what, keep) {
    setBusy(true);
    setError(null);
    try {
      keep(await post(`/reps/${from}/hand-over${what}`, body));
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  }
  const preview = () => ask("/preview", (answer) => (setDone(null), setTold(answer)));
  const move = () => confirm(t("handover.sure", { from: name(from), to: name(to) })) && ask("", (answer) => (setDone(answer), setTold(null), setFrom("")));
  const pick = (/** @type {string} */ label, /** @type {string} */ value, /** @type {(id: string) => void} */ set, /** @type {string} */ not) => html`<label>${t(label)}
    <select value=${value} onChange=${(/** @type {any} */ event) => set(event.target.value)}>
      <option value="">–</option>
      ${reps.filter(({ id }) => id !== not).map((rep) => html`<option key=${rep.id} value=${rep.id}>${rep.name}</option>`)}
    </select></label>`;
  const give = (/** @type {string} */ outlet, /** @type {string} */ rep) => {
    const { [outlet]: _, ...left } = others;
    setOthers(rep && rep !== to ? { ...left, [outlet]: rep } : left);
  };
  return html`<div class="panel-body wide-page record">
    <div class="panel-head"><h2>${t("desk.handover")}</h2></div>
    <p class="muted">${t("handover.about")}</p>
    ${done && html`<${Notice} tone="good" title=${t("handover.done")} text=${done.run_id ? t("handover.replanned") : ""} />`}
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    <section class="group">
      <div class="fields">
        ${pick("handover.from", from, setFrom, to)} ${pick("handover.to", to, setTo, from)}
        <label>${t("handover.on")}<input type="date" value=${on} onChange=${(/** @type {any} */ event) => setOn(event.target.value)} /></label>
      </div>
      <label class="tick"><input type="checkbox" checked=${leaves} onChange=${() => setLeaves(!leaves)} />${t("handover.leaves")}</label>
      <label class="tick"><input type="checkbox" checked=${replan} onChange=${() => setReplan(!replan)} />${t("handover.replan")}</label>
      ${
        own.length > 0 &&
        to &&
        html`<details>
          <summary>${t("handover.single", { n: number(own.length) })}</summary>
          <div class="scroll"><table class="sheet"><tbody>
            ${own.map(
              (outlet) => html`<tr key=${outlet.id}>
                <td><a href=${linkTo("outlets", outlet.id)}>${outlet.name}</a> <span class="muted">${outlet.grade}</span></td>
                <td><select aria-label=${t("handover.goes_to", { name: outlet.name })} value=${others[outlet.id] ?? to} onChange=${(/** @type {any} */ event) => give(outlet.id, event.target.value)}>
                  ${reps.filter(({ id }) => id !== from).map((rep) => html`<option value=${rep.id}>${rep.name}</option>`)}
                </select></td>
              </tr>`,
            )}
          </tbody></table></div>
        </details>`
      }
      <div class="actions"><button class="button ${told ? "" : "primary"}" disabled=${busy || !from || !to || !on} onClick=${preview}>${t("handover.preview")}</button></div>
    </section>
    ${
      told &&
      html`<section class="group" aria-label=${t("handover.would")}>
        <h3>${t("handover.would")}</h3>
        ${told.received.length === 0 && html`<p>${t("handover.nothing")}</p>`}
        <table class="sheet">
          <thead><tr><th>${t("handover.to")}</th><th>${t("handover.outlets")}</th><th>${t("handover.opportunities")}</th><th>${t("handover.complaints")}</th><th>${t("handover.tasks")}</th></tr></thead>
          <tbody>${told.received.map((one) => html`<tr key=${one.rep_id}><td><b>${name(one.rep_id)}</b></td><td>${number(one.outlets)}</td><td>${number(one.opportunities)}</td><td>${number(one.complaints)}</td><td>${number(one.tasks)}</td></tr>`)}</tbody>
        </table>
        ${told.plan_ids.length > 0 && html`<p class="hint">${t("handover.plans", { n: told.plan_ids.length })}</p>`}
        <div class="actions"><button class="button primary" disabled=${busy || told.received.length === 0} onClick=${move}>${t("handover.do")}</button></div>
      </section>`
    }
  </div>`;
}

/** All outlets of a rep, page by page. @param {string} rep @returns {Promise<any[]>} */
async function allOf(rep) {
  const all = [];
  let cursor = "";
  do {
    const query = new URLSearchParams({ rep_id: rep, status: "any", limit: "1000", ...(cursor && { cursor }) });
    const page = await get(`/outlets?${query}`);
    all.push(...page.items);
    cursor = page.next_cursor ?? "";
  } while (cursor);
  return all;
}
