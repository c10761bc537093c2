/** The life of an outlet: what it is today, since when, and what comes next. */
import { ErrorBanner } from "../shared/banner.js";
import { get, post } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { Field } from "./form_field.js";
import { faultsOf, withoutField } from "./form_values.js";
import { wholeDay } from "./record_fields.js";

/** @typedef {{status: string, valid_from: string, valid_to: string | null, season: [string, string] | null, reason: string}} Span */

const STATUSES = ["prospect", "active", "seasonal", "suspended", "closed"];
const EVER = "1901"; // what began before it has been so for ever
const FIELDS = ["status", "on", "until", "season", "season.0", "season.1", "reason"];

/** @param {{path: string, changed: number, reload: () => Promise<void>}} props */
export function Life({ path, changed, reload }) {
  const [life, setLife] = useState(/** @type {{status: string, spans: Span[]} | null} */ (null));
  const [editing, setEditing] = useState(false);
  const [error, setError] = useState(/** @type {unknown} */ (null));
  useEffect(() => void get(`${path}/life`).then(setLife, setError), [path, changed]);
  return html`<section class="group" aria-label=${t("life.title")}>
    <div class="panel-head">
      <h3>${t("life.title")}</h3>
      ${!editing && html`<button class="button small" onClick=${() => setEditing(true)}>${t("life.change")}</button>`}
    </div>
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${editing && html`<${Change} path=${path} done=${(/** @type {boolean} */ saved) => (setEditing(false), saved && reload())} />`}
    ${life?.spans.length === 0 && html`<p class="muted">${t("life.always", { status: t(`status.${life.status}`) })}</p>`}
    <ol class="part-list">
      ${[...(life?.spans ?? [])].reverse().map(
        (span) => html`<li key=${span.valid_from}>
          <div class="grow">
            <span class=${`badge life is-${span.status}`}>${t(`status.${span.status}`)}</span>
            <span class="muted">${span.valid_from < EVER ? span.valid_to && t("life.before", { to: wholeDay(span.valid_to) }) : span.valid_to ? t("life.span", { from: wholeDay(span.valid_from), to: wholeDay(span.valid_to) }) : t("life.from", { from: wholeDay(span.valid_from) })}</span>
            ${span.season && html`<div>${t("life.season_of", { from: span.season[0], to: span.season[1] })}</div>`}
            ${span.reason && html`<div>${span.reason}</div>`}
          </div>
        </li>`,
      )}
    </ol>
  </section>`;
}

/** @param {{path: string, done: (saved: boolean) => void}} props */
function Change({ path, done }) {
  const today = new Intl.DateTimeFormat("en-CA").format(new Date());
  const [draft, setDraft] = useState(/** @type {any} */ ({ status: "active", on: today }));
  const [error, setError] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const faults = faultsOf(error);
  const rest = error && withoutField(error, (path) => FIELDS.includes(path));
  const statuses = { type: "string", enum: STATUSES, enumTitles: Object.fromEntries(STATUSES.map((one) => [one, { zh: t(`status.${one}`), en: t(`status.${one}`) }])) };

  async function submit(/** @type {any} */ event) {
    event.preventDefault();
    setBusy(true);
    const { season_from, season_to, ...body } = draft;
    if (draft.status === "seasonal") body.season = [season_from ?? "", season_to ?? ""];
    try {
      await post(`${path}/life`, body);
      done(true);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }
  const field = (/** @type {string} */ name, /** @type {any} */ schema, path = name, required = false) =>
    html`<${Field} schema=${schema} value=${draft[name]} path=${path} title=${t(`life.${name}`)} faults=${faults} required=${required} onChange=${(/** @type {any} */ value) => setDraft({ ...draft, [name]: value })} />`;
  const date = { type: "string", format: "date" };
  return html`<form class="record-form" onSubmit=${submit} onKeyDown=${(/** @type {any} */ event) => event.key === "Escape" && done(false)} noValidate>
    ${rest && html`<${ErrorBanner} error=${rest} onClose=${() => setError(null)} />`}
    <div class="form-fields">
      ${field("status", statuses, "status", true)} ${field("on", date, "on", true)}
      ${["suspended", "closed"].includes(draft.status) && field("until", date)}
      ${draft.status === "seasonal" && html`${field("season_from", { type: "string", maxLength: 5 }, "season.0", true)}${field("season_to", { type: "string", maxLength: 5 }, "season.1", true)}`}
      ${field("reason", { type: "string", maxLength: 4000 })}
    </div>
    <div class="actions">
      <button type="submit" class="button primary" disabled=${busy}>${t("common.save")}</button>
      <button type="button" class="button" onClick=${() => done(false)}>${t("common.cancel")}</button>
    </div>
  </form>`;
}
