/** Changing many outlets: what to change, what would happen, and then doing it. */
import { ErrorBanner } from "../shared/banner.js";
import { number, todayIn } from "../shared/format.js";
import { post } from "../shared/http.js";
import { language, t } from "../shared/i18n.js";
import { html, useEffect, useRef, useState } from "../shared/ui.js";
import { statusName, titleOf } from "./outlet_columns.js";
import { narrowing } from "./outlet_query.js";

/** @typedef {import("../types/api").OutletChoices} OutletChoices */
/** @typedef {import("../types/api").Rep} Rep */
/** @typedef {{code: string, cause: string, action: string, count: number, examples: {id: string, name: string, short_code: string}[]}} Refused */
/** @typedef {{changed: number, same: number, refused: Refused[]}} Preview */
/** @typedef {Record<string, string>} Said */

const STATUSES = ["prospect", "active", "suspended", "closed"];
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * @param {{
 *   ids: string[] | null, count: number, query: URLSearchParams, choices: OutletChoices, reps: Rep[],
 *   close: () => void, done: (changed: number) => void,
 * }} props `ids` null means all that the query finds
 */
export function Bulk({ ids, count, query, choices, reps, close, done }) {
  const [said, setSaid] = useState(/** @type {Said} */ ({ on: todayIn(ZONE) }));
  const [preview, setPreview] = useState(/** @type {Preview | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const change = changeOf(said);
  const isEmpty = Object.keys(change).length === 0;
  const path = `/outlets/bulk`;
  const body = { outlet_ids: ids, change };

  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const set = (/** @type {string} */ name) => (/** @type {any} */ event) => {
    setSaid({ ...said, [name]: event.target.value });
    setPreview(null);
  };
  /** @param {string} where @param {object} sent @param {(answer: Preview) => void} then */
  async function send(where, sent, then) {
    setBusy(true);
    setError(null);
    try {
      then(await post(`${where}?${narrowing(query)}`, sent));
    } catch (failure) {
      setError(failure);
      setPreview(null);
    }
    setBusy(false);
  }
  const look = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!isEmpty && !preview) send(`${path}/preview`, body, setPreview);
  };
  const apply = () => send(path, { ...body, expected: preview?.changed }, ({ changed }) => done(changed));

  return html`<dialog class="bulk" ref=${dialog} onClose=${close} aria-labelledby="bulk-title">
    <form onSubmit=${look}>
      <div class="panel-head">
        <h2 id="bulk-title">${t("outlets.bulk_title", { n: number(count) })}</h2>
        <button type="button" class="button quiet" aria-label=${t("common.close")} onClick=${() => dialog.current?.close()}>✕</button>
      </div>
      <p class="muted">${t("outlets.bulk_about")}</p>
      <div class="bulk-fields">
        <label>${titleOf("grade")}<${Choose} value=${said.grade} onChange=${set("grade")} options=${choices.grades.map((one) => [one.code, `${one.code} · ${language() === "zh" ? one.name_zh : one.name_en}`])} /></label>
        <label>
          ${titleOf("rep")}
          <select value=${said.rep ?? ""} onChange=${set("rep")}>
            <option value="">${t("outlets.bulk_leave")}</option>
            <optgroup label=${titleOf("rep")}>${reps.map(({ id, name }) => html`<option value=${`rep:${id}`}>${name}</option>`)}</optgroup>
            <optgroup label=${t("outlets.bulk_by_territory")}>
              ${choices.territories.map(({ id, name }) => html`<option value=${`territory:${id}`}>${name}</option>`)}
            </optgroup>
          </select>
        </label>
        <label>${titleOf("status")}<${Choose} value=${said.status} onChange=${set("status")} options=${STATUSES.map((one) => [one, statusName(one)])} /></label>
        ${(said.rep || said.status) && html`<label>${t("outlets.bulk_on")}<input type="date" required value=${said.on} onChange=${set("on")} /></label>`}
        ${said.status && html`<label class="wide">${t("outlets.bulk_why")}<input required maxlength="500" value=${said.status_reason ?? ""} onInput=${set("status_reason")} /></label>`}
        <label>${t("outlets.bulk_add_tags")}<input list="bulk-tags" value=${said.add_tags ?? ""} placeholder=${t("outlets.bulk_tags_hint")} onInput=${set("add_tags")} /></label>
        <label>${t("outlets.bulk_drop_tags")}<input list="bulk-tags" value=${said.drop_tags ?? ""} placeholder=${t("outlets.bulk_tags_hint")} onInput=${set("drop_tags")} /></label>
        <datalist id="bulk-tags">${choices.tags.map(({ value }) => html`<option value=${value}></option>`)}</datalist>
        <label>
          ${t("outlets.bulk_frequency")}
          <select value=${said.frequency ?? ""} onChange=${set("frequency")}>
            <option value="">${t("outlets.bulk_leave")}</option>
            <option value="own">${t("outlets.bulk_own_frequency")}</option>
            <option value="policy">${t("outlets.bulk_back_to_policy")}</option>
          </select>
        </label>
        ${
          said.frequency === "own" &&
          html`<fieldset class="wide trio">
            <legend class="visually-hidden">${t("outlets.bulk_own_frequency")}</legend>
            ${["visits", "weeks", "minutes"].map(
              (name) => html`<label>${t(`field.${name}_override`)}<input type="number" min="1" max="1000" value=${said[name] ?? ""} onInput=${set(name)} /></label>`,
            )}
            <label class="wide">${t("field.override_reason")}<input required maxlength="500" value=${said.frequency_reason ?? ""} onInput=${set("frequency_reason")} /></label>
          </fieldset>`
        }
      </div>
      ${error !== null && html`<${ErrorBanner} error=${error} />`} ${preview && html`<${Told} preview=${preview} />`}
      <div class="actions">
        <button type="button" class="button" onClick=${() => dialog.current?.close()}>${t("common.cancel")}</button>
        ${
          preview && preview.changed > 0
            ? html`<button type="button" class="button primary" disabled=${busy} onClick=${apply}>
                ${busy ? t("outlets.bulk_doing") : t("outlets.bulk_apply", { n: number(preview.changed) })}
              </button>`
            : html`<button class="button primary" disabled=${busy || isEmpty || preview !== null}>${busy ? t("outlets.bulk_looking") : t("outlets.bulk_preview")}</button>`
        }
      </div>
    </form>
  </dialog>`;
}

/** @param {{value: string | undefined, onChange: (event: any) => void, options: string[][]}} props */
function Choose({ value, onChange, options }) {
  return html`<select value=${value ?? ""} onChange=${onChange}>
    <option value="">${t("outlets.bulk_leave")}</option>
    ${options.map(([key, text]) => html`<option value=${key}>${text}</option>`)}
  </select>`;
}

/** @param {{preview: Preview}} props */
function Told({ preview: { changed, same, refused } }) {
  const all = refused.reduce((sum, { count }) => sum + count, 0);
  return html`<section class="bulk-told" role="status">
    <div class="tiles">
      <p class="tile is-changed"><b>${number(changed)}</b><span>${t("outlets.bulk_changes")}</span></p>
      <p class="tile is-none"><b>${number(same)}</b><span>${t("outlets.bulk_same")}</span></p>
      <p class=${all ? "tile is-faulty" : "tile is-none"}><b>${number(all)}</b><span>${t("outlets.bulk_refused")}</span></p>
    </div>
    <ul class="refused">
      ${refused.map(
        (one) => html`<li>
          <b>${number(one.count)}</b> ${one.cause} <span class="muted">${one.action}</span>
          <div class="muted">${one.examples.map(({ name, short_code }) => `${name} (${short_code})`).join(", ")}${one.count > one.examples.length ? " …" : ""}</div>
        </li>`,
      )}
    </ul>
  </section>`;
}

/** What is said, as the API takes it: only what changes. @param {Said} said */
function changeOf(said) {
  /** @type {Record<string, unknown>} */
  const change = {};
  const words = (/** @type {string | undefined} */ text) => [...new Set((text ?? "").split(/[,，;；、]/).map((one) => one.trim()).filter(Boolean))];
  if (said.grade) change.grade = said.grade;
  if (said.status) change.status = { status: said.status, on: said.on, reason: said.status_reason ?? "" };
  if (words(said.add_tags).length) change.add_tags = words(said.add_tags);
  if (words(said.drop_tags).length) change.drop_tags = words(said.drop_tags);
  if (said.rep) {
    const [kind, id] = said.rep.split(":");
    change.rep = { [`${kind}_id`]: id, on: said.on };
  }
  if (said.frequency === "policy") change.frequency = {};
  if (said.frequency === "own") {
    const figures = ["visits", "weeks", "minutes"].flatMap((name) => (said[name] ? [[name, Number(said[name])]] : []));
    change.frequency = { ...Object.fromEntries(figures), reason: said.frequency_reason ?? "" };
  }
  return change;
}
