/** The data dictionary: every table and column that is stored, generated from the schema. */
import { ErrorBanner } from "../shared/banner.js";
import { get } from "../shared/http.js";
import { language, t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { fieldTitle } from "./record_fields.js";

/** @typedef {import("../types/api").DataTable} DataTable */

export function Dictionary() {
  const [tables, setTables] = useState(/** @type {DataTable[] | null} */ (null));
  const [words, setWords] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const load = () => get("/data-dictionary").then((found) => (setTables(found.tables), setError(null)), setError);
  useEffect(() => void load(), []);
  const wanted = words.trim().toLowerCase();
  const shown = tables?.filter((one) => !wanted || one.table.includes(wanted) || one.meaning.toLowerCase().includes(wanted) || one.columns.some((column) => column.name.includes(wanted) || titleOf(column).toLowerCase().includes(wanted)));
  return html`<div class="panel-body wide-page record">
    <div class="panel-head"><h2>${t("desk.dictionary")}</h2></div>
    <p class="muted">${t("dictionary.about")}</p>
    <input type="search" aria-label=${t("dictionary.search")} placeholder=${t("dictionary.search")} value=${words} onInput=${(/** @type {any} */ event) => setWords(event.target.value)} />
    ${error !== null && html`<${ErrorBanner} error=${error} onRetry=${load} />`}
    ${!tables && error === null && html`<p class="muted" role="status">${t("common.loading")}</p>`}
    ${shown?.length === 0 && html`<p>${t("dictionary.none")}</p>`}
    ${shown?.map(
      (one) => html`<details class="group" key=${one.table} open=${Boolean(wanted) && shown.length <= 5}>
        <summary><b>${one.table}</b> <span class="badge">${one.feature}</span> <span class="muted">${one.meaning}</span></summary>
        <div class="scroll"><table class="sheet">
          <thead><tr><th>${t("dictionary.column")}</th><th>${t("dictionary.title")}</th><th>${t("dictionary.holds")}</th><th>${t("dictionary.rules")}</th></tr></thead>
          <tbody>
            ${one.columns.map(
              (column) => html`<tr key=${column.name}>
                <th scope="row">${column.name}</th>
                <td>${titleOf(column)}</td>
                <td>${column.type}</td>
                <td>${[column.key && t("dictionary.key"), column.required && t("dictionary.required"), column.unique && t("dictionary.unique"), column.references && `→ ${column.references}`].filter(Boolean).join(" · ")}</td>
              </tr>`,
            )}
          </tbody>
        </table></div>
        ${one.audited && html`<p class="muted">${t("dictionary.audited")}</p>`}
      </details>`,
    )}
  </div>`;
}

/** @param {DataTable["columns"][number]} column */
function titleOf(column) {
  const known = fieldTitle(column.name);
  return column.labels?.[language()] ?? (known === column.name ? "" : known);
}
