/** All outlets: searched as one types, filtered, sorted, as a list or on the map. */
import { ErrorBanner } from "../shared/banner.js";
import { number, todayIn } from "../shared/format.js";
import { get } from "../shared/http.js";
import { language, t } from "../shared/i18n.js";
import { html, useEffect, useMemo, useRef, useState } from "../shared/ui.js";
import { COLUMNS, columnsOf, columnsText, titleOf } from "./outlet_columns.js";
import { Chips, Filters } from "./outlet_filters.js";
import { OutletMap } from "./outlet_map.js";
import { asked, changed, narrowing, show } from "./outlet_query.js";
import { Table } from "./outlet_table.js";
import { Popover } from "./popover.js";
import { useOutlets } from "./use_outlets.js";

/** @typedef {import("../types/api").Rep} Rep */
/** @typedef {import("../types/api").OutletChoices} OutletChoices */

const PAUSE_MS = 180;
const SORTS = ["code", "name", "grade", "channel", "region", "last_visit", "updated", "created"];
const DESCENDING_FIRST = ["updated", "created"];
/** @type {OutletChoices} */
const NO_CHOICES = { grades: [], channel: [], region: [], type: [], tags: [], territories: [], fields: [] };

/** @param {{map: any, reps: Rep[], place: import("./route.js").Place}} props */
export function Outlets({ map, reps, place }) {
  const query = place.query;
  const onMap = query.get("show") === "map";
  const [choices, setChoices] = useState(NO_CHOICES);
  const [mapped, setMapped] = useState(/** @type {number | null} */ (null));
  const list = useOutlets(asked(query).toString(), !onMap);
  const beside = useMemo(() => ({ reps: new Map(reps.map(({ id, name }) => [id, name])), today: todayIn(ZONE) }), [reps]);
  const shared = { choices, reps, query, set: show };

  useEffect(() => {
    get("/outlets/choices").then(setChoices, () => {});
  }, []);
  useEffect(() => map.invalidateSize(), [onMap]);

  const total = onMap ? mapped : list.total;
  return html`<div class="outlets-page">
    <div class="panel-head">
      <h2>${t("desk.outlets")} <span class="muted total" role="status">${total === null ? "" : t("outlets.found", { n: number(total) })}</span></h2>
      <div class="actions">
        <${Export} query=${query} />
        <div class="switch" role="group" aria-label=${t("outlets.shown_as")}>
          ${["list", "map"].map(
            (as) => html`<button class="button" aria-pressed=${onMap === (as === "map")} onClick=${() => show(changed(query, { show: as === "map" ? as : null }))}>
              ${t(`outlets.as_${as}`)}
            </button>`,
          )}
        </div>
      </div>
    </div>
    <div class="find">
      <${Search} query=${query} />
      ${!onMap && html`<${Sorting} query=${query} />`} ${!onMap && html`<${ColumnPick} query=${query} />`}
    </div>
    <${Filters} ...${shared} />
    <${Chips} ...${shared} />
    ${onMap ? html`<${OutletMap} ...${{ map, query, beside, counted: setMapped }} />` : html`<${List} ...${{ list, query, beside }} />`}
  </div>`;
}

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @param {{list: ReturnType<typeof useOutlets>, query: URLSearchParams, beside: import("./outlet_columns.js").Beside}} props */
function List({ list, query, beside }) {
  const order = { sort: query.get("sort") ?? "code", descending: query.get("descending") === "true" };
  const sortBy = (/** @type {string} */ sort) => {
    const descending = order.sort === sort ? !order.descending : DESCENDING_FIRST.includes(sort);
    show(changed(query, { sort: sort === "code" ? null : sort, descending: descending ? "true" : null }));
  };
  if (list.error !== null && list.rows.length === 0) return html`<${ErrorBanner} error=${list.error} onRetry=${list.again} />`;
  if (list.total === null) return html`<${Waiting} />`;
  if (list.total === 0) return html`<${Nothing} query=${query} />`;
  return html`${list.error !== null && html`<${ErrorBanner} error=${list.error} onRetry=${list.more} />`}
    <${Table}
      ...${{ rows: list.rows, total: list.total, columns: columnsOf(query), beside, order, sortBy, more: list.more, waits: list.waits, start: list.start, kept: list.kept }}
      isChosen=${() => false}
      choose=${() => {}}
    />`;
}

/** Typing searches; "/" comes here from anywhere, Enter and the arrow down go on to the list. @param {{query: URLSearchParams}} props */
function Search({ query }) {
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
function Sorting({ query }) {
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
function ColumnPick({ query }) {
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
function Export({ query }) {
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

function Waiting() {
  return html`<div class="outlet-grid is-waiting" aria-busy="true" aria-label=${t("outlets.loading")}>
    ${Array.from({ length: 10 }, () => html`<div class="ghost"></div>`)}
  </div>`;
}

/** @param {{query: URLSearchParams}} props */
function Nothing({ query }) {
  const narrowed = narrowing(query).size > 0;
  return html`<div class="nothing">
    <h3>${t(narrowed ? "outlets.none_found" : "outlets.none")}</h3>
    <p class="muted">${t(narrowed ? "outlets.none_found_text" : "outlets.none_text")}</p>
    ${
      narrowed
        ? html`<button class="button" onClick=${() => show(new URLSearchParams())}>${t("outlets.clear")}</button>`
        : html`<a class="button primary" href="#/imports">${t("outlets.to_import")}</a>`
    }
  </div>`;
}
