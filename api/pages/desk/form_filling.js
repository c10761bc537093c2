/** Filling a form: the newest version of its template, with the answers given before. */
import { ErrorBanner } from "../shared/banner.js";
import { request } from "../shared/http.js";
import { language, t } from "../shared/i18n.js";
import { html, useEffect, useRef, useState } from "../shared/ui.js";
import { Field, titleOf } from "./form_field.js";
import { hiddenOf, sectionsOf } from "./form_sections.js";
import { faultsOf, given, withoutField } from "./form_values.js";

/** @typedef {import("../types/api").Template} Template */
/** @typedef {import("../types/api").Answer} Answer */

/** @param {{template: Template, answer: Answer | null, contact: any, path: string, back: () => void, keep: (name: string) => Promise<void>}} props */
export function Filling({ template, answer, contact, path, back, keep }) {
  const { schema } = template;
  const before = { ...answer?.answers, ...answer?.sensitive };
  const known = Object.fromEntries(Object.entries(before).filter(([name]) => schema.properties?.[name]));
  const [answers, setAnswers] = useState(/** @type {Record<string, any>} */ (known));
  const [key, setKey] = useState(answer?.key ?? (template.keyed ? firstKey(template) : ""));
  const [consent, setConsent] = useState(/** @type {any} */ (answer?.consent ?? {}));
  const [error, setError] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const name = template.names[language()];
  const faults = faultsOf(error);
  const hidden = hiddenOf(template);
  const asked = template.opened.some((one) => given(answers[one]) !== undefined);
  const shown = (/** @type {string} */ where) => where === "key" || where.startsWith("consent") || (where.startsWith("answers.") && !hidden.has(where.split(".")[1]));
  const rest = error && withoutField(error, shown);

  useEffect(() => void form.current?.querySelector("[aria-invalid], .is-wrong input")?.scrollIntoView({ block: "center" }), [error]);

  async function submit(/** @type {any} */ event) {
    event.preventDefault();
    setBusy(true);
    setError(null);
    const body = { answers: given(answers), key, contact_id: contact?.id ?? null, consent: asked ? { given_on: consent.given_on ?? null, how: consent.how ?? "" } : null };
    try {
      await request("PUT", `${path}/answers/${template.code}`, { body });
      await keep(name);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }
  const field = (/** @type {string} */ one) => {
    const shape = schema.properties?.[one] ?? {};
    return html`<${Field}
      key=${one}
      schema=${shape}
      value=${answers[one]}
      path=${`answers.${one}`}
      title=${titleOf(shape.titles, one)}
      faults=${faults}
      required=${schema.required?.includes(one)}
      onChange=${(/** @type {any} */ value) => setAnswers({ ...answers, [one]: value })}
    />`;
  };
  return html`<form ref=${form} class="filling" onSubmit=${submit} noValidate>
    <button type="button" class="link" onClick=${back}>← ${t("forms.back")}</button>
    <h3>${name} ${contact?.name ?? ""}</h3>
    ${template.keyed && html`<div class="form-fields"><${Field} schema=${{ type: "string", maxLength: 64 }} value=${key} path="key" title=${t("forms.key")} faults=${faults} required=${true} onChange=${(/** @type {any} */ value) => setKey(value ?? "")} /></div>`}
    ${sectionsOf(schema, hidden).map(
      (section) => html`<section class="group" key=${section.key} aria-label=${section.title}>
        <h4>${section.title}</h4>
        <div class="form-fields">${section.names.map(field)}</div>
      </section>`,
    )}
    ${hidden.size > 0 && html`<p class="muted">${t("forms.closed_fields", { n: hidden.size })}</p>`}
    ${
      asked &&
      html`<section class="group" aria-label=${t("forms.consent")}>
        <h4>${t("forms.consent")}</h4>
        <p class="muted">${t("forms.consent_why")}</p>
        <div class="form-fields">
          <${Field} schema=${{ type: "string", format: "date" }} value=${consent.given_on} path="consent.given_on" title=${t("forms.consent_on")} faults=${faults} required=${true} onChange=${(/** @type {any} */ value) => setConsent({ ...consent, given_on: value })} />
          <${Field} schema=${{ type: "string", maxLength: 500 }} value=${consent.how} path="consent.how" title=${t("forms.consent_how")} faults=${faults} required=${true} onChange=${(/** @type {any} */ value) => setConsent({ ...consent, how: value })} />
        </div>
      </section>`
    }
    <div class="decision">
      <button type="submit" class="button primary" disabled=${busy}>${t("common.save")}</button>
      <button type="button" class="button" onClick=${back}>${t("common.cancel")}</button>
      ${error && html`<span class="bad-value" role="status">${t("forms.not_saved", { n: error.faults?.length ?? 0 })}</span>`}
    </div>
    ${rest && html`<${ErrorBanner} error=${rest} onClose=${() => setError(null)} />`}
  </form>`;
}

/** What a form that is filled many times is filled for, to begin with. @param {Template} template */
function firstKey({ subject }) {
  const today = new Intl.DateTimeFormat("en-CA").format(new Date());
  return subject === "account" ? today.slice(0, 4) : today;
}
