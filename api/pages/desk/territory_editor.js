/** The form of the territory being drawn or changed. */
import { t } from "../shared/i18n.js";
import { html } from "../shared/ui.js";

/** @typedef {import("./territories.js").Draft} Draft */

/**
 * @param {{draft: Draft, setDraft: (draft: Draft) => void, reps: import("../types/api").Rep[],
 *   busy: boolean, change: (mode: "reshape" | "cut") => void, save: () => void,
 *   close: () => void, cancel: () => void}} props
 */
export function TerritoryEditor({ draft, setDraft, reps, busy, change, save, close, cancel }) {
  const set = (/** @type {keyof Draft} */ key) => (/** @type {any} */ event) =>
    setDraft({ ...draft, [key]: event.target.value || null });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    save();
  };
  return html`<form class="editor" onSubmit=${submit} aria-label=${t("territory.form")}>
    <p class="hint" role="status">${t(`territory.hint_${draft.mode}`)}</p>
    <div class="fields">
      <label class="wide">
        ${t("territory.name")}
        <input value=${draft.name ?? ""} required maxlength="200" onInput=${set("name")} />
      </label>
      <label>
        ${t("territory.rep")}
        <select value=${draft.rep_id ?? ""} onChange=${set("rep_id")}>
          <option value="">${t("territory.no_rep")}</option>
          ${reps.map((rep) => html`<option value=${rep.id}>${rep.name}</option>`)}
        </select>
      </label>
      <label class="narrow">
        ${t("territory.colour")}
        <input type="color" value=${draft.colour} onInput=${set("colour")} />
      </label>
    </div>
    ${
      draft.id &&
      html`<div class="buttons" role="group" aria-label=${t("territory.shape")}>
        <button type="button" class="button" aria-pressed=${draft.mode === "reshape"} onClick=${() => change("reshape")}>
          ${t("territory.reshape")}
        </button>
        <button type="button" class="button" aria-pressed=${draft.mode === "cut"} onClick=${() => change("cut")}>
          ${t("territory.cut")}
        </button>
      </div>`
    }
    <div class="buttons">
      <button class="button primary" disabled=${busy || !draft.geometry || !draft.name}>${t("common.save")}</button>
      <button type="button" class="button quiet" onClick=${cancel}>${t("common.cancel")}</button>
    </div>
    ${
      draft.id &&
      html`<div class="buttons">
        <button type="button" class="button danger" disabled=${busy} onClick=${close}>${t("territory.close")}</button>
      </div>`
    }
  </form>`;
}
