/** How often outlets of a grade are visited: one table, its load before it is saved, and grades that figures suggest. */
import { ErrorBanner, Notice } from "../shared/banner.js";
import { number } from "../shared/format.js";
import { get, post, request } from "../shared/http.js";
import { language, t, textOr } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { Suggestions } from "./grade_suggestions.js";

/** @typedef {import("../types/api").DatedPolicy} DatedPolicy */
/** @typedef {import("../types/api").Grade} Grade */
/** @typedef {{visits: number, weeks: number, minutes: number}} Frequency */

const ANY = "*";
const PARTS = ["table", "suggestions"];
const today = () => new Intl.DateTimeFormat("en-CA").format(new Date());

export function Policies() {
  const [part, setPart] = useState("table");
  const [grades, setGrades] = useState(/** @type {Grade[]} */ ([]));
  const [known, setKnown] = useState(/** @type {DatedPolicy[] | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const load = async () => {
    const [all, policies] = await Promise.all([get("/grades"), get("/policies")]);
    setGrades(all.items);
    setKnown(policies.items);
  };
  useEffect(() => void load().catch(setError), []);
  return html`<div class="panel-body wide-page record">
    <div class="panel-head"><h2>${t("desk.policies")}</h2></div>
    <div class="tabs" role="tablist">
      ${PARTS.map((name) => html`<button role="tab" key=${name} aria-selected=${name === part} onClick=${() => setPart(name)}>${t(`policies.part_${name}`)}</button>`)}
    </div>
    ${error !== null && html`<${ErrorBanner} error=${error} onRetry=${() => (setError(null), load().catch(setError))} />`}
    ${!known && error === null && html`<p class="muted" role="status">${t("common.loading")}</p>`}
    ${known && part === "table" && html`<${PolicyTable} grades=${grades} known=${known} reload=${load} />`}
    ${known && part === "suggestions" && html`<${Suggestions} grades=${grades} />`}
  </div>`;
}

/** @param {{grades: Grade[], known: DatedPolicy[], reload: () => Promise<void>}} props */
function PolicyTable({ grades, known, reload }) {
  const [drafts, setDrafts] = useState(/** @type {Record<string, Frequency>} */ ({}));
  const [from, setFrom] = useState(today());
  const [added, setAdded] = useState(/** @type {string[]} */ ([]));
  const [load, setLoad] = useState(/** @type {import("../types/api").PolicyLoad | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [saved, setSaved] = useState(false);
  const [busy, setBusy] = useState(false);
  const now = today();
  const valid = known.filter((one) => one.valid_from <= now && (one.valid_to === null || now < one.valid_to));
  const channels = [ANY, ...new Set([...known.map(({ channel }) => channel), ...added].filter((one) => one !== ANY))];
  const later = known.filter((one) => one.valid_from > now);
  const policies = Object.entries(drafts).map(([key, frequency]) => ({ ...cellOf(key), ...frequency, valid_from: from }));

  const change = (/** @type {string} */ key, /** @type {Frequency | null} */ frequency) => {
    const { [key]: _, ...others } = drafts;
    setDrafts(frequency ? { ...others, [key]: frequency } : others);
    setLoad(null);
    setSaved(false);
  };
  /** @param {() => Promise<void>} work */
  async function doing(work) {
    setBusy(true);
    setError(null);
    await work().catch(setError);
    setBusy(false);
  }
  const preview = () => doing(async () => setLoad(await post("/policies/preview", { policies })));
  const save = () =>
    doing(async () => {
      await request("PUT", "/policies", { body: { policies } });
      await reload();
      setDrafts({});
      setLoad(null);
      setSaved(true);
    });
  return html`<section>
    <p class="muted">${t("policies.about")}</p>
    ${saved && html`<${Notice} tone="good" title=${t("policies.saved")} />`}
    <div class="scroll">
      <table class="sheet policy-table">
        <thead>
          <tr>
            <th>${t("field.channel")}</th>
            ${grades.map((grade) => html`<th key=${grade.code}><b>${grade.code}</b> ${language() === "zh" ? grade.name_zh : grade.name_en}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${channels.map(
            (channel) => html`<tr key=${channel}>
              <th scope="row">${channelName(channel)}</th>
              ${grades.map(({ code }) => {
                const key = `${code}|${channel}`;
                const base = valid.find((one) => one.grade === code && one.channel === channel);
                return html`<td key=${code} class=${drafts[key] ? "is-taken" : ""}><${Cell} ...${{ base, draft: drafts[key], label: `${code} · ${channelName(channel)}` }} change=${(/** @type {Frequency | null} */ frequency) => change(key, frequency)} /></td>`;
              })}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <${AddChannel} known=${channels} add=${(/** @type {string} */ name) => setAdded([...added, name])} />
    ${later.length > 0 && html`<p class="muted">${t("policies.later", { n: later.length, list: later.map((one) => `${one.grade} ${channelName(one.channel)} ${one.valid_from}`).join(", ") })}</p>`}
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${load && html`<${Load} load=${load} />`}
    ${
      policies.length > 0 &&
      html`<div class="fields"><label class="narrow-field">${t("policies.from")}<input type="date" value=${from} onChange=${(/** @type {any} */ event) => (setFrom(event.target.value), setLoad(null))} /></label></div>
        <div class="actions">
          <button class="button primary" disabled=${busy} onClick=${load ? save : preview}>${load ? t("policies.save", { n: policies.length }) : t("policies.preview")}</button>
          <button class="button" onClick=${() => (setDrafts({}), setLoad(null), setError(null))}>${t("common.cancel")}</button>
        </div>`
    }
  </section>`;
}

/** One frequency: read, and changed after a click. @param {{base: DatedPolicy | undefined, draft: Frequency | undefined, label: string, change: (frequency: Frequency | null) => void}} props */
function Cell({ base, draft, label, change }) {
  if (!draft) {
    const first = base ?? { visits: 1, weeks: 4, minutes: 20 };
    return html`<button class="cell-button" aria-label=${t("policies.change", { what: label })} onClick=${() => change({ visits: first.visits, weeks: first.weeks, minutes: first.minutes })}>
      ${base ? html`<b>${t("policies.frequency", { visits: base.visits, weeks: base.weeks })}</b> <span class="muted">${t("unit.minutes", { n: base.minutes })}</span>` : html`<span class="muted">–</span>`}
    </button>`;
  }
  const input = (/** @type {keyof Frequency} */ name) => html`<input type="number" min="1" aria-label=${`${label}: ${t(`field.${name}`)}`} value=${draft[name]} onInput=${(/** @type {any} */ event) => change({ ...draft, [name]: Math.round(Number(event.target.value)) })} />`;
  return html`<span class="cell-edit">${input("visits")} / ${input("weeks")} ${t("policies.weeks")} · ${input("minutes")} ${t("policies.minutes")}
    <button class="button quiet small" aria-label=${t("policies.leave", { what: label })} onClick=${() => change(null)}>✕</button></span>`;
}

/** @param {{known: string[], add: (name: string) => void}} props */
function AddChannel({ known, add }) {
  const [name, setName] = useState("");
  const submit = (/** @type {any} */ event) => {
    event.preventDefault();
    if (name.trim() && !known.includes(name.trim())) add(name.trim());
    setName("");
  };
  return html`<form class="tags" onSubmit=${submit}><input class="wide" aria-label=${t("policies.add_channel")} placeholder=${`+ ${t("policies.add_channel")}`} value=${name} onInput=${(/** @type {any} */ event) => setName(event.target.value)} /></form>`;
}

/** Hours, visits and reps before and after. @param {{load: import("../types/api").PolicyLoad}} props */
function Load({ load }) {
  const { before, after } = load;
  const figures = /** @type {const} */ ([
    ["visits", before.visits, after.visits, 0],
    ["hours", before.hours, after.hours, 0],
    ["reps", before.reps_exact, after.reps_exact, 1],
  ]);
  const signed = (/** @type {number} */ change, /** @type {number} */ digits) => `${change > 0 ? "+" : ""}${number(change, digits)}`;
  return html`<section class="group" aria-label=${t("policies.load")}>
    <h3>${t("policies.load")}</h3>
    <div class="tiles">
      ${figures.map(
        ([name, was, will, digits]) => html`<div class="tile" key=${name}>
          <b>${number(will, digits)}</b>
          <span>${t(`policies.${name}`)}</span>
          <span class=${will > was ? "bad-value" : ""}>${signed(will - was, digits)} · ${t("policies.was", { n: number(was, digits) })}</span>
        </div>`,
      )}
      <div class="tile"><b>${number(load.reps_now)}</b><span>${t("policies.reps_now")}</span>${after.reps > load.reps_now && html`<span class="bad-value">${t("policies.too_few", { n: after.reps - load.reps_now })}</span>`}</div>
    </div>
    <p class="muted">${t("policies.talley", { days: load.working_days, minutes: number(load.field_minutes_a_day), travel: number(load.travel_minutes_a_visit, 1) })} ${t(load.travel_measured ? "policies.measured" : "policies.guessed")}</p>
    ${load.outlets_without_policy > 0 && html`<p class="hint">${t("policies.without", { n: number(load.outlets_without_policy) })}</p>`}
  </section>`;
}

/** @param {string} channel */
const channelName = (channel) => (channel === ANY ? t("policies.any") : textOr(`channel.${channel}`, channel));

/** @param {string} key */
function cellOf(key) {
  const [grade, ...rest] = key.split("|");
  return { grade, channel: rest.join("|") };
}
