/** A filled form, read under the version it was given under; answers to fields that are gone stand below. */
import { ErrorBanner } from "../shared/banner.js";
import { get } from "../shared/http.js";
import { language, t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { namesOf, titleOf } from "./form_field.js";
import { sectionsOf } from "./form_sections.js";

/** @typedef {import("./form_values.js").Schema} Schema */
/** @typedef {import("../types/api").Template} Template */

/** @param {{template: Template, answer: import("../types/api").Answer | null, contact: any, back: () => void, edit: () => void}} props */
export function Answers({ template, answer, contact, back, edit }) {
  const [schema, setSchema] = useState(/** @type {Schema | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  useEffect(() => {
    if (answer) get(`/templates/${template.code}?version=${answer.version}`).then((form) => setSchema(form.schema), setError);
  }, [answer?.id]);
  if (!answer) return null;
  const all = { ...answer.answers, ...answer.sensitive };
  const old = answer.version < answer.newest_version;
  const retired = Object.entries(answer.retired);
  return html`<div class="filled">
    <button class="link" onClick=${back}>← ${t("forms.back")}</button>
    <div class="panel-head">
      <h3>${template.names[language()]} ${contact?.name ?? answer.key}</h3>
      <button class="button" onClick=${edit}>${t("forms.edit")}</button>
    </div>
    ${error !== null && html`<${ErrorBanner} error=${error} />`}
    <p class="muted">${t("forms.given", { date: new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", { dateStyle: "long" }).format(new Date(answer.filled_at)), n: answer.version })}</p>
    ${old && html`<div class="banner info"><div class="grow">${t("forms.old_version", { n: answer.version, newest: answer.newest_version })}</div></div>`}
    ${schema && sectionsOf(schema, new Set()).map((section) => html`<${Section} key=${section.key} section=${section} schema=${schema} answers=${all} />`)}
    ${
      retired.length > 0 &&
      html`<section class="group"><h4>${t("forms.retired")}</h4><dl class="facts">${retired.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${said({}, value)}</dd></div>`)}</dl></section>`
    }
    ${answer.consent && html`<p class="muted">${t("forms.consent_given", { date: answer.consent.given_on, how: answer.consent.how })}</p>`}
  </div>`;
}

/** @param {{section: {title: string, names: string[]}, schema: Schema, answers: Record<string, any>}} props */
function Section({ section, schema, answers }) {
  const told = section.names.filter((name) => answers[name] !== undefined);
  if (told.length === 0) return null;
  return html`<section class="group">
    <h4>${section.title}</h4>
    <dl class="facts">
      ${told.map((name) => {
        const one = schema.properties?.[name] ?? {};
        const wide = one.type === "array" || (one.maxLength ?? 0) > 400;
        return html`<div key=${name} class=${wide ? "is-wide" : ""}><dt>${titleOf(one.titles, name)}</dt><dd>${said(one, answers[name])}</dd></div>`;
      })}
    </dl>
  </section>`;
}

/** An answer as people read it. @param {Schema} schema @param {any} value @returns {any} */
function said(schema, value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return t(value ? "form.yes" : "form.no");
  if (Array.isArray(value)) return schema.items?.type === "object" ? table(schema.items, value) : html`<ul class="plain">${value.map((one) => html`<li>${said(schema.items ?? {}, one)}</li>`)}</ul>`;
  if (typeof value === "object") return JSON.stringify(value);
  return schema.enum ? titleOf(schema.enumTitles?.[value], String(value)) : String(value);
}

/** @param {Schema} items @param {any[]} rows */
function table(items, rows) {
  const names = namesOf(items);
  return html`<div class="scroll"><table class="sheet">
    <thead><tr>${names.map((name) => html`<th>${titleOf(items.properties?.[name]?.titles, name)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${names.map((name) => html`<td>${row[name] === undefined ? "" : said(items.properties?.[name] ?? {}, row[name])}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}
