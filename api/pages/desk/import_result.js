/** What an import would do: figures, every fault, look-alikes, changes; then the decision. */
import { number, percent } from "../shared/format.js";
import { language, t, textOr } from "../shared/i18n.js";
import { html, useState } from "../shared/ui.js";

/** @typedef {import("../types/api").ImportTried} ImportTried */
/** @typedef {import("../types/api").ImportField} ImportField */

const TILES = /** @type {const} */ (["new", "changed", "same", "duplicates", "faulty"]);

/** @param {{file: {id: string}, tried: ImportTried, fields: ImportField[], busy: boolean, write: (how: {good_only: boolean, add_duplicates: boolean}) => void}} props */
export function DryRun({ file, tried, fields, busy, write }) {
  const [goodOnly, setGoodOnly] = useState(false);
  const [addDuplicates, setAddDuplicates] = useState(false);
  const written = tried.new + tried.changed + (addDuplicates ? tried.duplicates : 0);
  const stopped = tried.faulty > 0 && !goodOnly;
  const tick = (/** @type {string} */ text, /** @type {boolean} */ on, /** @type {(on: boolean) => void} */ set) =>
    html`<label class="tick"><input type="checkbox" checked=${on} onChange=${() => set(!on)} /> ${text}</label>`;
  return html`<section aria-live="polite">
    <h3>${t("import.result", { n: number(tried.rows) })}</h3>
    <div class="tiles">
      ${TILES.map(
        (name) => html`<div class=${`tile is-${name}${tried[name] ? "" : " is-none"}`}>
          <b>${number(tried[name])}</b><span>${t(`import.tile_${name}`)}</span>
        </div>`,
      )}
    </div>
    ${tried.not_imported.length > 0 && html`<p class="muted">${t("import.left_out", { names: tried.not_imported.join(", ") })}</p>`}
    ${tried.without_place > 0 && html`<p class="muted">${t("import.without_place", { n: number(tried.without_place) })}</p>`}
    ${tried.fault_count > 0 && html`<${Faults} file=${file} tried=${tried} />`}
    ${tried.twins.length > 0 && html`<${Twins} tried=${tried} />`}
    ${tried.changes.length > 0 && html`<${Changes} tried=${tried} fields=${fields} />`}
    <div class="decision">
      ${tried.faulty > 0 && tick(t("import.good_only", { n: number(tried.faulty) }), goodOnly, setGoodOnly)}
      ${tried.duplicates > 0 && tick(t("import.add_duplicates", { n: number(tried.duplicates) }), addDuplicates, setAddDuplicates)}
      <button
        class="button primary"
        disabled=${busy || stopped || written === 0}
        onClick=${() => write({ good_only: goodOnly, add_duplicates: addDuplicates })}
      >
        ${busy ? t("import.writing") : t("import.write", { n: number(written) })}
      </button>
      ${stopped && html`<span class="muted">${t("import.stopped")}</span>`}
    </div>
  </section>`;
}

/** @param {{file: {id: string}, tried: ImportTried}} props */
function Faults({ file, tried }) {
  return html`<details open>
    <summary>${t("import.faults", { n: number(tried.fault_count) })}</summary>
    <div class="scroll">
      <table class="sheet">
        <thead>
          <tr><th>${t("import.row")}</th><th>${t("import.column")}</th><th>${t("import.value")}</th><th>${t("import.what")}</th></tr>
        </thead>
        <tbody>
          ${tried.faults.map(
            ({ row, column, value, code, cause, remedy }) => html`<tr>
              <td class="count">${row}</td><td>${column}</td><td class="bad-value">${value || "–"}</td>
              <td><strong>${textOr(`fault.${code}`, cause)}</strong> ${textOr(`mend.${code}`, remedy)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${tried.faults.length < tried.fault_count && html`<p class="muted">${t("import.more", { n: number(tried.fault_count - tried.faults.length) })}</p>`}
    <a class="button" href=${`/api/v1/imports/${file.id}/faults.xlsx`} download>${t("import.fault_sheet")}</a>
  </details>`;
}

/** @param {{tried: ImportTried}} props */
function Twins({ tried }) {
  return html`<details>
    <summary>${t("import.twins", { n: number(tried.duplicates) })}</summary>
    <div class="scroll">
      <table class="sheet">
        <thead><tr><th>${t("import.row")}</th><th>${t("import.name")}</th><th>${t("import.looks_like")}</th><th>${t("import.alike")}</th></tr></thead>
        <tbody>
          ${tried.twins.map(
            ({ row, name, twin_name, twin_row, score }) => html`<tr>
              <td class="count">${row}</td>
              <td>${name}</td>
              <td>${twin_name} <span class="muted">${twin_row ? t("import.in_row", { n: twin_row }) : t("import.in_archive")}</span></td>
              <td class="count">${score === null ? t("import.same_code") : percent(score)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

/** @param {{tried: ImportTried, fields: ImportField[]}} props */
function Changes({ tried, fields }) {
  const named = Object.fromEntries(fields.map((one) => [one.field, one.names[language()]]));
  return html`<details>
    <summary>${t("import.changes", { n: number(tried.changed) })}</summary>
    <div class="scroll">
      <table class="sheet">
        <thead><tr><th>${t("import.row")}</th><th>${t("import.name")}</th><th>${t("import.change")}</th></tr></thead>
        <tbody>
          ${tried.changes.map(
            ({ row, name, fields: changed }) => html`<tr>
              <td class="count">${row}</td>
              <td>${name}</td>
              <td>
                ${Object.entries(changed).map(
                  ([field, [before, after]]) => html`<div>
                    ${named[field] ?? field}: <del>${before || "–"}</del> → <ins>${after}</ins>
                  </div>`,
                )}
              </td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
