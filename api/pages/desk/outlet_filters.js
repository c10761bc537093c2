/** What the list can be filtered by, and what it is filtered by now. */
import { language, t } from "../shared/i18n.js";
import { html, useState } from "../shared/ui.js";
import { statusName, titleOf, typeName } from "./outlet_columns.js";
import { changed, narrowing } from "./outlet_query.js";
import { Pick, Popover } from "./popover.js";

/** @typedef {import("../types/api").OutletChoices} OutletChoices */
/** @typedef {import("../types/api").Rep} Rep */
/** @typedef {{choices: OutletChoices, reps: Rep[], query: URLSearchParams, set: (query: URLSearchParams) => void}} Props */

const STATUSES = ["prospect", "active", "seasonal", "suspended", "closed", "moved"];
const USUAL_STATUS = "active";
const NOBODY = "nobody";

/** @param {Props} props */
export function Filters({ choices, reps, query, set }) {
  const put = (/** @type {Record<string, string | string[] | null>} */ changes) => set(changed(query, changes));
  const many = (/** @type {string} */ name) => ({
    label: titleOf(name),
    chosen: query.getAll(name),
    choose: (/** @type {string[]} */ values) => put({ [name]: values }),
  });
  const counted = (/** @type {{value: string, count: number}[]} */ list, text = (/** @type {string} */ value) => value) =>
    list.map(({ value, count }) => ({ value, count, text: text(value) }));
  return html`<div class="filters" role="group" aria-label=${t("outlets.filters")}>
    <${Pick}
      label=${titleOf("status")}
      options=${STATUSES.map((value) => ({ value, text: statusName(value) }))}
      chosen=${statuses(query)}
      choose=${(/** @type {string[]} */ values) => put({ status: statusParameter(values) })}
    />
    <${Pick} ...${many("grade")} options=${choices.grades.map((grade) => ({ value: grade.code, text: `${grade.code} · ${language() === "zh" ? grade.name_zh : grade.name_en}` }))} />
    <${Pick} ...${many("channel")} options=${counted(choices.channel)} />
    <${Pick}
      single
      label=${titleOf("rep")}
      options=${[{ value: NOBODY, text: t("outlets.no_rep") }, ...reps.map(({ id, name }) => ({ value: id, text: name }))]}
      chosen=${query.has("no_rep") ? [NOBODY] : query.getAll("rep_id")}
      choose=${(/** @type {string[]} */ [value]) => put({ rep_id: value === NOBODY ? null : value, no_rep: value === NOBODY ? "true" : null })}
    />
    <${Pick}
      single
      label=${titleOf("territory")}
      options=${choices.territories.map(({ id, name }) => ({ value: id, text: name }))}
      chosen=${query.getAll("territory_id")}
      choose=${(/** @type {string[]} */ values) => put({ territory_id: values })}
    />
    ${choices.tags.length > 0 && html`<${Pick} ...${many("tag")} options=${counted(choices.tags)} />`}
    ${choices.region.length > 0 && html`<${Pick} ...${many("region")} options=${counted(choices.region)} />`}
    ${choices.type.length > 1 && html`<${Pick} ...${many("type")} options=${counted(choices.type, typeName)} />`}
    <${Popover} label=${t("outlets.more")} isOn=${hasMore(query)} className="is-more">
      ${() => html`<${More} ...${{ choices, query, put }} />`}
    <//>
  </div>`;
}

/** Visits, gaps in the record, answers. @param {{choices: OutletChoices, query: URLSearchParams, put: (changes: Record<string, string | string[] | null>) => void}} props */
function More({ choices, query, put }) {
  const days = query.get("not_visited_days") ?? "";
  const value = (/** @type {any} */ event) => event.target.value;
  return html`<div class="more">
    <label class="tick">
      <input type="checkbox" checked=${query.has("overdue")} onChange=${() => put({ overdue: query.has("overdue") ? null : "true" })} />
      <span>${t("outlets.overdue")}<small class="muted">${t("outlets.overdue_hint")}</small></span>
    </label>
    <label class="row">
      <span>${t("outlets.not_visited")}</span>
      <input type="number" min="1" max="3650" inputmode="numeric" value=${days} placeholder="30" onChange=${(/** @type {any} */ event) => put({ not_visited_days: value(event) })} />
      <span>${t("outlets.days")}</span>
    </label>
    <label class="row">
      <span>${t("outlets.incomplete")}</span>
      <select value=${query.get("incomplete") ?? ""} onChange=${(/** @type {any} */ event) => put({ incomplete: value(event) })}>
        <option value="">–</option>
        <option value="basics">${t("outlets.incomplete.basics")}</option>
        <option value="whole">${t("outlets.incomplete.whole")}</option>
      </select>
    </label>
    <label class="tick">
      <input type="checkbox" checked=${query.has("no_place")} onChange=${() => put({ no_place: query.has("no_place") ? null : "true" })} />
      <span>${t("outlets.no_place")}<small class="muted">${t("outlets.no_place_hint")}</small></span>
    </label>
    ${choices.fields.length > 0 && html`<${Answer} ...${{ choices, query, put }} />`}
  </div>`;
}

/** An answer of a form. @param {{choices: OutletChoices, query: URLSearchParams, put: (changes: Record<string, string | string[] | null>) => void}} props */
function Answer({ choices, query, put }) {
  const [field, setField] = useState("");
  const [text, setText] = useState("");
  const chosen = choices.fields.find(({ key }) => key === field);
  const add = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (field && text.trim()) put({ answer: [...query.getAll("answer"), `${field}:${text.trim()}`] });
    setText("");
  };
  return html`<form class="answer" onSubmit=${add}>
    <span>${t("outlets.answer")}</span>
    <select aria-label=${t("outlets.answer_field")} value=${field} onChange=${(/** @type {any} */ event) => setField(event.target.value)}>
      <option value="">${t("outlets.answer_choose")}</option>
      ${choices.fields.map(({ key, title }) => html`<option value=${key}>${title[language()]}</option>`)}
    </select>
    ${
      chosen?.values.length
        ? html`<select aria-label=${t("outlets.answer_value")} value=${text} onChange=${(/** @type {any} */ event) => setText(event.target.value)}>
            <option value="">–</option>
            ${chosen.values.map((one) => html`<option value=${one.value}>${one.title[language()]}</option>`)}
          </select>`
        : html`<input aria-label=${t("outlets.answer_value")} value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)} />`
    }
    <button class="button" disabled=${!field || !text.trim()}>${t("outlets.answer_add")}</button>
  </form>`;
}

/** What is filtered by now, each to be taken away. @param {Props} props */
export function Chips({ choices, reps, query, set }) {
  const now = [...narrowing(query)].filter(([name]) => name !== "q");
  if (now.length === 0) return null;
  const drop = (/** @type {string} */ name, /** @type {string} */ value) =>
    set(changed(query, { [name]: query.getAll(name).filter((one) => one !== value) }));
  return html`<ul class="chips" aria-label=${t("outlets.filtered_by")}>
    ${now.map(
      ([name, value]) => html`<li key=${`${name}=${value}`}>
        <button class="chip-off" aria-label=${t("outlets.take_off", { filter: told(name, value, choices, reps) })} onClick=${() => drop(name, value)}>
          ${told(name, value, choices, reps)}<span aria-hidden="true"> ✕</span>
        </button>
      </li>`,
    )}
    <li><button class="link" onClick=${() => set(changed(query, Object.fromEntries(now.map(([name]) => [name, null]))))}>${t("outlets.clear")}</button></li>
  </ul>`;
}

/** A filter in words. @param {string} name @param {string} value @param {OutletChoices} choices @param {Rep[]} reps */
function told(name, value, choices, reps) {
  switch (name) {
    case "status":
      return value === "any" ? t("outlets.any_status") : statusName(value);
    case "type":
      return typeName(value);
    case "rep_id":
      return reps.find(({ id }) => id === value)?.name ?? t("outlets.other_rep");
    case "territory_id":
      return choices.territories.find(({ id }) => id === value)?.name ?? titleOf("territory");
    case "answer": {
      const at = value.indexOf(":");
      const field = choices.fields.find(({ key }) => key === value.slice(0, at));
      const of = value.slice(at + 1);
      const title = field?.values.find((one) => one.value === of)?.title[language()] ?? of;
      return `${field?.title[language()] ?? value.slice(0, at)}: ${title}`;
    }
    case "not_visited_days":
      return t("outlets.not_visited_for", { n: value });
    case "incomplete":
      return t(value === "basics" ? "outlets.incomplete.basics_chip" : "outlets.incomplete.whole_chip");
    case "grade":
    case "channel":
    case "region":
    case "tag":
      return `${titleOf(name)}: ${value}`;
    case "account_id":
      return t("outlets.of_account");
    default:
      return t(`outlets.${name}`);
  }
}

/** @param {URLSearchParams} query */
function statuses(query) {
  const stated = query.getAll("status");
  if (stated.length === 0) return [USUAL_STATUS];
  return stated.includes("any") ? STATUSES : stated;
}

/** @param {string[]} values */
function statusParameter(values) {
  if (values.length === 0 || values.length === STATUSES.length) return ["any"];
  return values.length === 1 && values[0] === USUAL_STATUS ? null : values;
}

/** @param {URLSearchParams} query */
const hasMore = (query) =>
  ["overdue", "not_visited_days", "incomplete", "no_place", "answer"].some((name) => query.has(name));
