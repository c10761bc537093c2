/** Some fields of a record: read as a list, changed in place, with what somebody else changed meanwhile. */
import { ErrorBanner } from "../shared/banner.js";
import { t } from "../shared/i18n.js";
import { html, useState } from "../shared/ui.js";
import { Field } from "./form_field.js";
import { faultsOf, same, withoutField } from "./form_values.js";
import { editable, fieldTitle, sendable, shown } from "./record_fields.js";

/** @typedef {import("./record_fields.js").FieldShape} FieldShape */
/** @typedef {(changes: Record<string, any>, version: number) => Promise<any>} Save */

/**
 * A group of a record.  `save` gets the changed fields and the version they were changed from;
 * `reread` loads the newest record and who changed it last.
 * @param {{title: string, fields: Record<string, FieldShape>, record: any, save: Save, reread: () => Promise<{record: any, by: string}>, children?: any}} props
 */
export function Group({ title, fields, record, save, reread, children }) {
  const [editing, setEditing] = useState(false);
  const done = () => setEditing(false);
  return html`<section class="group" aria-label=${title}>
    <div class="panel-head">
      <h3>${title}</h3>
      ${!editing && html`<button class="button small" aria-label=${t("record.edit_group", { title })} onClick=${() => setEditing(true)}>${t("record.edit")}</button>`}
    </div>
    ${editing ? html`<${Edit} ...${{ fields, record, save, reread, done }} />` : html`<${Facts} ...${{ fields, record }} />`}
    ${children}
  </section>`;
}

/** @param {{fields: Record<string, FieldShape>, record: any}} props */
function Facts({ fields, record }) {
  return html`<dl class="facts">
    ${Object.entries(fields).map(([name, shape]) => {
      const text = shown(shape, record[name], record);
      const long = (shape.maxLength ?? 0) > 400;
      return html`<div key=${name} class=${long ? "is-wide" : ""}>
        <dt>${fieldTitle(name)}</dt>
        <dd>${text || html`<span class="muted">–</span>`}</dd>
      </div>`;
    })}
  </dl>`;
}

/** @param {{fields: Record<string, FieldShape>, record: any, save: Save, reread: () => Promise<{record: any, by: string}>, done: () => void}} props */
function Edit({ fields, record, save, reread, done }) {
  const [base, setBase] = useState(record);
  const [draft, setDraft] = useState(() => editable(fields, record));
  const [clash, setClash] = useState(/** @type {{by: string, names: string[]} | null} */ (null));
  const [error, setError] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const names = Object.keys(fields);
  const before = editable(fields, base);
  const changed = names.filter((name) => !same(before[name], draft[name]));

  /** Both sides are kept: what only they changed is taken over, what both changed is shown. */
  async function meet() {
    const { record: newest, by } = await reread();
    const theirs = editable(fields, newest);
    const touched = names.filter((name) => !same(theirs[name], before[name]));
    setDraft({ ...theirs, ...Object.fromEntries(changed.map((name) => [name, draft[name]])) });
    setClash({ by, names: touched.filter((name) => changed.includes(name) && !same(theirs[name], draft[name])) });
    setBase(newest);
  }
  async function submit(/** @type {any} */ event) {
    event.preventDefault();
    if (changed.length === 0) return done();
    setBusy(true);
    setError(null);
    try {
      await save(sendable(fields, draft, changed), base.version);
      done();
    } catch (/** @type {any} */ failure) {
      if (failure.status === 412) await meet().catch(setError);
      else setError(failure);
    }
    setBusy(false);
  }
  const take = (/** @type {string} */ name) => setDraft({ ...draft, [name]: before[name] });
  return html`<${RecordForm} ...${{ fields, draft, setDraft, error, setError, busy, submit, done }}>
    ${
      clash &&
      html`<div class="banner" role="alert">
        <div class="grow">
          <strong>${clash.by ? t("record.changed_by", { name: clash.by }) : t("record.changed")}</strong>
          ${t(clash.names.length ? "record.clash" : "record.no_clash")}
          <ul class="clash">
            ${clash.names.map(
              (name) => html`<li key=${name}>
                <span><b>${fieldTitle(name)}</b>: ${t("record.now", { value: shown(fields[name], base[name], base) || "–" })}</span>
                <button type="button" class="button small" disabled=${same(draft[name], before[name])} onClick=${() => take(name)}>${t("record.take_theirs")}</button>
              </li>`,
            )}
          </ul>
        </div>
      </div>`
    }
  <//>`;
}

/**
 * A form of fields: Enter saves, Escape leaves.
 * @param {{fields: Record<string, FieldShape>, draft: any, setDraft: (draft: any) => void, error: any, setError: (error: any) => void, busy: boolean, submit: (event: any) => void, done: () => void, children?: any}} props
 */
export function RecordForm({ fields, draft, setDraft, error, setError, busy, submit, done, children }) {
  const faults = faultsOf(error);
  const rest = error && withoutField(error, (path) => path in fields);
  const key = (/** @type {any} */ event) => event.key === "Escape" && done();
  return html`<form class="record-form" onSubmit=${submit} onKeyDown=${key} noValidate>
    ${children}
    ${rest && html`<${ErrorBanner} error=${rest} onClose=${() => setError(null)} />`}
    <div class="form-fields">
      ${Object.entries(fields).map(
        ([name, shape]) => html`<${Field}
          key=${name}
          schema=${shape}
          value=${draft[name] ?? undefined}
          path=${name}
          title=${fieldTitle(name)}
          faults=${faults}
          required=${shape.minLength !== undefined}
          onChange=${(/** @type {any} */ value) => setDraft({ ...draft, [name]: value ?? null })}
        />`,
      )}
    </div>
    <div class="actions">
      <button type="submit" class="button primary" disabled=${busy}>${t("common.save")}</button>
      <button type="button" class="button" onClick=${done}>${t("common.cancel")}</button>
    </div>
  </form>`;
}
