/** What stands above the list: the search box, the order, the columns, the files. */
import { language, t } from "../shared/i18n.js";
import { html, useEffect, useRef, useState } from "../shared/ui.js";
import { COLUMNS, columnsOf, columnsText, titleOf } from "./outlet_columns.js";
import { changed, narrowing, show } from "./outlet_query.js";
import { Popover } from "./popover.js";

const PAUSE_MS = 180;
const SORTS = ["code", "name", "grade", "channel", "region", "last_visit", "updated", "created"];

/** Typing searches; "/" comes here from anywhere, Enter and the arrow down go on to the list. @param {{query: URLSearchParams}} props */
export function Search({ query }) {
  const [words, setWords] = useState(query.get("q") ?? "");
  const box = useRef(/** @type {HTMLInputElement | null} */ (null));
  const now = useRef(query);
  now.current = query;
  useEffect(() => {
    if (document.activeElement !== box.current) setWords(query.get("q") ?? "");
  }, [query.get("q")]);
  useEffect(() => {
    if (words.trim() === (now.current.get("q") ?? "")) return undefined;
    const timer = setTimeout(() => show(changed(now.current, { q: words.trim() })), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [words]);
  useEffect(() => {
    const slash = (/** @type {KeyboardEvent} */ event) => {
      const writes = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writes) return;
      event.preventDefault();
      box.current?.focus();
      box.current?.select();
    };
    addEventListener("keydown", slash);
    return () => removeEventListener("keydown", slash);
  }, []);
  const on = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "ArrowDown" && event.key !== "Enter") return;
    event.preventDefault();
    /** @type {HTMLElement | null} */ (document.querySelector(".outlet-grid"))?.focus();
  };
  return html`<label class="search">
    <span class="visually-hidden">${t("outlets.search")}</span>
    <input
      type="search"
      ref=${box}
      placeholder=${t("outlets.search")}
      value=${words}
      maxlength="200"
      autocomplete="off"
      spellcheck=${false}
      onInput=${(/** @type {any} */ event) => setWords(event.target.value)}
      onKeyDown=${on}
    />
    <kbd aria-hidden="true">/</kbd>
  </label>`;
}

/** @param {{query: URLSearchParams}} props */
export function Sorting({ query }) {
  const sort = query.get("sort") ?? "code";
  const descending = query.get("descending") === "true";
  return html`<div class="sorting">
    <select
      aria-label=${t("outlets.sort_by")}
      value=${sort}
      onChange=${(/** @type {any} */ event) => show(changed(query, { sort: event.target.value === "code" ? null : event.target.value, descending: null }))}
    >
      ${SORTS.map((name) => html`<option value=${name} selected=${name === sort}>${t("outlets.by", { column: titleOf(name) })}</option>`)}
    </select>
    <button
      class="button"
      aria-label=${t(descending ? "outlets.descending" : "outlets.ascending")}
      title=${t(descending ? "outlets.descending" : "outlets.ascending")}
      onClick=${() => show(changed(query, { descending: descending ? null : "true" }))}
    >
      ${descending ? "↓" : "↑"}
    </button>
  </div>`;
}

/** @param {{query: URLSearchParams}} props */
export function ColumnPick({ query }) {
  const shown = columnsOf(query).map(({ name }) => name);
  const toggle = (/** @type {string} */ name) => {
    const names = shown.includes(name) ? shown.filter((one) => one !== name) : [...shown, name];
    show(changed(query, { columns: columnsText(names) }));
  };
  return html`<${Popover} label=${t("outlets.columns")} className="is-columns">
    ${() => html`<fieldset class="ticks">
      <legend class="visually-hidden">${t("outlets.columns")}</legend>
      <div class="ticks-list">
        ${COLUMNS.map(
          ({ name }) => html`<label key=${name} class="tick">
            <input type="checkbox" disabled=${name === "name"} checked=${shown.includes(name)} onChange=${() => toggle(name)} />
            <span>${titleOf(name)}</span>
          </label>`,
        )}
      </div>
    </fieldset>`}
  <//>`;
}

/** The outlets of the filter as a file. @param {{query: URLSearchParams}} props */
export function Export({ query }) {
  const wanted = narrowing(query);
  if (!wanted.has("status")) wanted.set("status", "active");
  return html`<${Popover} label=${t("outlets.export")} className="is-export">
    ${() => html`<div class="ticks-list">
      ${["xlsx", "csv"].map(
        (kind) => html`<a class="menu-item" download lang=${language()} href=${`/api/v1/outlets.${kind}?${wanted}`}>${t(`outlets.export_${kind}`)}</a>`,
      )}
    </div>`}
  <//>`;
}
