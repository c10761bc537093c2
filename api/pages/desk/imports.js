/** Outlets from a spreadsheet: choose a file, say what its columns mean, try it, write it. */
import { ErrorBanner, Notice } from "../shared/banner.js";
import { number } from "../shared/format.js";
import { get, post, request } from "../shared/http.js";
import { language, t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { bring } from "./import_file.js";
import { BIG_FILE, JobProgress, runJob } from "./import_job.js";
import { DryRun } from "./import_result.js";

/** @typedef {import("../types/api").ImportFile} ImportFile */
/** @typedef {import("../types/api").ImportRead} ImportRead */
/** @typedef {import("../types/api").ImportTried} ImportTried */
/** @typedef {import("../types/api").ImportField} ImportField */

const ENCODINGS = ["", "utf-8", "gb18030", "big5", "utf-16", "windows-1252"];

export function Imports() {
  const [files, setFiles] = useState(/** @type {ImportFile[]} */ ([]));
  const [fields, setFields] = useState(/** @type {ImportField[]} */ ([]));
  const [file, setFile] = useState(/** @type {ImportRead | null} */ (null));
  const [tried, setTried] = useState(/** @type {ImportTried | null} */ (null));
  const [done, setDone] = useState(/** @type {{title: string, text: string} | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState("");
  const [job, setJob] = useState(/** @type {import("../types/api").ImportJob | null} */ (null));

  useEffect(() => {
    attempt("list", async () => {
      const [mine, known] = await Promise.all([get("/imports"), get("/imports/fields")]);
      setFiles(mine.items);
      setFields(known.items);
    });
  }, []);

  /** @param {string} what @param {() => Promise<void>} work */
  async function attempt(what, work) {
    setBusy(what);
    setError(null);
    try {
      await work();
    } catch (failure) {
      setError(failure);
    }
    setBusy("");
  }
  const list = async () => setFiles((await get("/imports")).items);
  const open = (/** @type {() => Promise<ImportRead>} */ read) =>
    attempt("read", async () => {
      setDone(null);
      setTried(null);
      setFile(await read());
      await list();
    });
  const reread = (/** @type {Partial<{sheet: string, encoding: string, mapping: Record<string, string>}>} */ said) =>
    attempt("read", async () => {
      if (!file) return;
      const body = { sheet: file.sheet, encoding: file.encoding, mapping: {}, ...said };
      setTried(null);
      setFile(await request("PUT", `/imports/${file.id}/reading`, { body }));
    });
  const isBig = (file?.size_bytes ?? 0) > BIG_FILE;
  const tryOut = () =>
    attempt("try", async () => {
      if (!file) return;
      setTried(null);
      setTried(isBig ? ((await runJob(file.id, { write: false }, setJob))?.tried ?? null) : await get(`/imports/${file.id}/dry-run`));
    });
  const write = (/** @type {{good_only: boolean, add_duplicates: boolean}} */ how) =>
    attempt("write", async () => {
      if (!file) return;
      const counts = isBig
        ? (await runJob(file.id, { write: true, ...how }, setJob))?.written
        : (await post(`/imports/${file.id}/apply`, how)).counts;
      if (!counts) return;
      setDone({ title: t("import.done"), text: t("import.done_text", counts) });
      setFile(null);
      setTried(null);
      await list();
    });
  const undo = (/** @type {ImportFile} */ one) =>
    attempt("undo", async () => {
      if (!confirm(t("import.undo_sure", { name: one.file_name }))) return;
      const { removed, restored, kept } = await post(`/imports/${one.id}/undo`);
      const rest = kept.length ? ` ${t("import.undone_kept", { rows: kept.slice(0, 20).join(", ") })}` : "";
      setDone({ title: t("import.undone"), text: t("import.undone_text", { removed, restored }) + rest });
      await list();
    });

  return html`<div class="panel-body wide-page" aria-busy=${busy !== ""}>
    <div class="panel-head">
      <h2>${t("import.title")}</h2>
      <div class="actions">
        ${["xlsx", "csv"].map(
          (kind) => html`<a class="button" href=${`/api/v1/outlets.${kind}`} download>${t(`import.export_${kind}`)}</a>`,
        )}
      </div>
    </div>
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${job && html`<${JobProgress} job=${job} />`}
    ${done && html`<${Notice} tone="good" ...${done} />`}
    <${Steps} step=${tried ? 3 : file ? 2 : 1} />
    ${!file && html`<${Choose} busy=${busy === "read"} choose=${(/** @type {File} */ chosen) => open(() => bring(chosen))} />`}
    ${
      !file &&
      html`<${Recent}
        files=${files}
        goOn=${(/** @type {ImportFile} */ one) => open(() => get(`/imports/${one.id}`))}
        undo=${undo}
      />`
    }
    ${file && html`<${Reading} ...${{ file, fields, reread, tryOut }} busy=${busy} leave=${() => (setFile(null), setTried(null))} />`}
    ${file && tried && html`<${DryRun} ...${{ file, tried, write, fields }} busy=${busy === "write"} />`}
  </div>`;
}

/** @param {{step: number}} props */
function Steps({ step }) {
  return html`<ol class="steps">
    ${[1, 2, 3].map(
      (n) => html`<li aria-current=${n === step ? "step" : undefined}><b>${n}</b> ${t(`import.step_${n}`)}</li>`,
    )}
  </ol>`;
}

/** @param {{busy: boolean, choose: (file: File) => void}} props */
function Choose({ busy, choose }) {
  const [over, setOver] = useState(false);
  const drop = (/** @type {any} */ event) => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer.files[0]) choose(event.dataTransfer.files[0]);
  };
  const hover = (/** @type {any} */ event) => {
    event.preventDefault();
    setOver(true);
  };
  return html`<label class=${over ? "drop is-over" : "drop"} onDragOver=${hover} onDragLeave=${() => setOver(false)} onDrop=${drop}>
    <strong>${busy ? t("import.reading") : t("import.choose")}</strong>
    <span class="muted">${t("import.kinds")}</span>
    <input
      type="file"
      accept=".xlsx,.xlsm,.xls,.ods,.csv,.tsv,.txt"
      disabled=${busy}
      onChange=${(/** @type {any} */ event) => event.target.files[0] && choose(event.target.files[0])}
    />
  </label>`;
}

/** @param {{files: ImportFile[], goOn: (file: ImportFile) => void, undo: (file: ImportFile) => void}} props */
function Recent({ files, goOn, undo }) {
  if (files.length === 0) return null;
  const moment = new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" });
  return html`<section>
    <h3>${t("import.recent")}</h3>
    <table class="sheet">
      <thead>
        <tr><th>${t("import.file")}</th><th>${t("import.when")}</th><th>${t("import.state")}</th><th>${t("import.rows")}</th><th></th></tr>
      </thead>
      <tbody>
        ${files.map(
          (file) => html`<tr key=${file.id}>
            <td>${file.file_name || "–"}</td>
            <td>${moment.format(new Date(file.applied_at ?? file.created_at))}</td>
            <td><span class=${`state is-${file.status === "applied" ? "published" : file.status}`}>${t(`import.state_${file.status}`)}</span></td>
            <td>${file.counts ? t("import.counts", { ...file.counts, n: number(file.counts.rows) }) : "–"}</td>
            <td>
              ${
                file.status === "applied"
                  ? html`<button class="button" onClick=${() => undo(file)}>${t("import.undo")}</button>`
                  : html`<button class="button" onClick=${() => goOn(file)}>${t("import.go_on")}</button>`
              }
            </td>
          </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** @param {{file: ImportRead, fields: ImportField[], reread: (said: any) => void, tryOut: () => void, busy: string, leave: () => void}} props */
function Reading({ file, fields, reread, tryOut, busy, leave }) {
  const mapping = Object.fromEntries(file.columns.map(({ header, field }) => [header, field]));
  const choose = (/** @type {string} */ header, /** @type {string} */ field) => {
    const freed = Object.entries(mapping).map(([other, old]) => [other, old === field && field ? "" : old]);
    reread({ mapping: { ...Object.fromEntries(freed), [header]: field } });
  };
  const mapped = file.columns.filter(({ field }) => field).length;
  return html`<section>
    <div class="task-line">
      <h3>${file.file_name}</h3>
      <span class="muted">${t("import.read_as", { row: file.header_row, mapped, all: file.columns.length })}</span>
    </div>
    <div class="fields">
      ${
        file.sheets.length > 1 &&
        html`<label>${t("import.sheet")}
          <select value=${file.sheet} onChange=${(/** @type {any} */ event) => reread({ sheet: event.target.value })}>
            ${file.sheets.map((name) => html`<option value=${name}>${name}</option>`)}
          </select>
        </label>`
      }
      ${
        file.encoding &&
        html`<label>${t("import.encoding")}
          <select value=${file.encoding} onChange=${(/** @type {any} */ event) => reread({ encoding: event.target.value })}>
            ${[...new Set([file.encoding, ...ENCODINGS])].filter(Boolean).map((name) => html`<option value=${name}>${name}</option>`)}
          </select>
        </label>`
      }
    </div>
    ${file.formulas > 0 && html`<p class="muted">${t("import.formulas", { n: number(file.formulas) })}</p>`}
    <div class="scroll">
      <table class="sheet columns">
        <thead><tr><th>${t("import.column")}</th><th>${t("import.samples")}</th><th>${t("import.meaning")}</th></tr></thead>
        <tbody>
          ${file.columns.map(
            ({ header, field, samples }) => html`<tr key=${header} class=${field ? "" : "is-out"}>
              <th scope="row">${header}</th>
              <td>${samples.join(" · ") || html`<span class="muted">${t("import.empty")}</span>`}</td>
              <td>
                <select
                  aria-label=${t("import.meaning_of", { header })}
                  value=${field}
                  onChange=${(/** @type {any} */ event) => choose(header, event.target.value)}
                >
                  <option value="">${t("import.leave_out")}</option>
                  ${fields.map((one) => html`<option value=${one.field}>${one.names[language()]}</option>`)}
                </select>
              </td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <div class="actions">
      <button class="button primary" disabled=${busy !== ""} onClick=${tryOut}>${busy === "try" ? t("import.trying") : t("import.try")}</button>
      <button class="button" onClick=${leave}>${t("import.other_file")}</button>
    </div>
  </section>`;
}
