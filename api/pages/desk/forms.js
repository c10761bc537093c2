/** The forms of a record: those that were filled, each under its own version, and those that can be. */
import { ErrorBanner, Notice } from "../shared/banner.js";
import { get } from "../shared/http.js";
import { language, t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { Answers } from "./form_answers.js";
import { Filling } from "./form_filling.js";

/** @typedef {import("../types/api").Template} Template */
/** @typedef {import("../types/api").Answer} Answer */
/** @typedef {{template: Template, answer: Answer | null, contact: any, key: string}} Chosen */

const OWN = { outlets: "outlet", accounts: "account" };

/** @param {{kind: "outlets" | "accounts", path: string, record: any, reload: () => Promise<void>}} props */
export function Forms({ kind, path, record, reload }) {
  const [templates, setTemplates] = useState(/** @type {Template[] | null} */ (null));
  const [answers, setAnswers] = useState(/** @type {Answer[]} */ ([]));
  const [chosen, setChosen] = useState(/** @type {Chosen | null} */ (null));
  const [editing, setEditing] = useState(false);
  const [saved, setSaved] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));

  const load = async () => {
    const query = kind === "outlets" ? `?channel=${encodeURIComponent(record.channel)}` : "";
    const [known, given] = await Promise.all([get(`/templates${query}`), get(`${path}/answers`)]);
    setTemplates(known.items.filter((/** @type {Template} */ one) => !otherKind(kind, one.subject)));
    setAnswers(given.items);
  };
  useEffect(() => void load().catch(setError), [path]);

  const open = (/** @type {Template} */ template, /** @type {Answer | null} */ answer, /** @type {any} */ contact = null) => {
    setSaved("");
    setChosen({ template, answer, contact, key: answer?.key ?? "" });
    setEditing(answer === null);
  };
  async function keep(/** @type {string} */ name) {
    await Promise.all([load(), reload()]);
    setChosen(null);
    setSaved(name);
  }
  if (error !== null) return html`<${ErrorBanner} error=${error} onRetry=${() => (setError(null), load().catch(setError))} />`;
  if (!templates) return html`<p class="muted" role="status">${t("common.loading")}</p>`;
  if (chosen) {
    const back = () => setChosen(null);
    return editing
      ? html`<${Filling} ...${{ ...chosen, path, back, keep }} />`
      : html`<${Answers} ...${{ ...chosen, back, edit: () => setEditing(true) }} />`;
  }
  return html`<div class="form-list">
    ${saved && html`<${Notice} tone="good" title=${t("forms.saved", { name: saved })} />`}
    ${templates.map((template) => html`<${TemplateCard} key=${template.code} ...${{ template, answers, contacts: record.contacts, open }} />`)}
  </div>`;
}

/** @param {{template: Template, answers: Answer[], contacts: any[], open: (template: Template, answer: Answer | null, contact?: any) => void}} props */
function TemplateCard({ template, answers, contacts, open }) {
  const own = answers.filter((one) => one.template === template.code);
  const name = template.names[language()];
  const moment = new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium" });
  const line = (/** @type {Answer} */ one, /** @type {any} */ contact = null) => html`<li key=${one.id}>
    <button class="link grow" onClick=${() => open(template, one, contact)}>${contact?.name ?? (one.key || t("forms.show"))}</button>
    <span class="muted">${moment.format(new Date(one.filled_at))}</span>
    ${one.version < one.newest_version && html`<span class="badge">${t("forms.version", { n: one.version })}</span>`}
  </li>`;
  const named = (/** @type {any} */ contact) => own.find((one) => one.contact_id === contact.id);
  const missing = contacts.filter((contact) => !named(contact));
  return html`<section class="group" aria-label=${name}>
    <div class="panel-head">
      <h3>${name}</h3>
      ${
        template.subject !== "contact" &&
        (template.keyed || own.length === 0) &&
        html`<button class="button small" aria-label=${t("forms.fill_name", { name })} onClick=${() => open(template, null)}>${t("forms.fill")}</button>`
      }
    </div>
    ${own.length === 0 && template.subject !== "contact" && html`<p class="muted">${t("forms.empty")}</p>`}
    <ul class="part-list">
      ${template.subject === "contact" ? contacts.flatMap((contact) => (named(contact) ? [line(/** @type {Answer} */ (named(contact)), contact)] : [])) : own.map((one) => line(one))}
    </ul>
    ${
      template.subject === "contact" &&
      (contacts.length === 0
        ? html`<p class="muted">${t("forms.no_contact")}</p>`
        : html`<div class="actions">${missing.map((contact) => html`<button key=${contact.id} class="button small" onClick=${() => open(template, null, contact)}>+ ${contact.name}</button>`)}</div>`)
    }
  </section>`;
}

/** Forms of outlets are not filled for accounts, nor the other way round. @param {"outlets" | "accounts"} kind @param {string} subject */
const otherKind = (kind, subject) => (subject === "outlet" || subject === "account") && subject !== OWN[kind];
