/** All outlets: searched as one types, filtered, sorted, as a list or on the map. */
import { ErrorBanner, Notice } from "../shared/banner.js";
import { number, todayIn } from "../shared/format.js";
import { get } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useMemo, useState } from "../shared/ui.js";
import { Bulk } from "./outlet_bulk.js";
import { columnsOf } from "./outlet_columns.js";
import { Chips, Filters } from "./outlet_filters.js";
import { OutletMap } from "./outlet_map.js";
import { asked, changed, narrowing, show } from "./outlet_query.js";
import { Table } from "./outlet_table.js";
import { ColumnPick, Export, Search, Sorting } from "./outlet_tools.js";
import { Views } from "./outlet_views.js";
import { forget, useOutlets } from "./use_outlets.js";

/** @typedef {import("../types/api").Rep} Rep */
/** @typedef {import("../types/api").OutletChoices} OutletChoices */

const DESCENDING_FIRST = ["updated", "created"];
/** @type {OutletChoices} */
const NO_CHOICES = { grades: [], channel: [], region: [], type: [], tags: [], territories: [], fields: [] };

/** Roles that keep the archive. */
const OFFICE = ["supervisor", "director", "admin", "integration"];
const MOST_AT_ONCE = 5000;

/** @typedef {{ids: Set<string>, all: boolean}} Chosen which outlets are chosen: these, or all that are found */
/** @type {Chosen} */
const NOBODY = { ids: new Set(), all: false };

/** @param {{map: any, reps: Rep[], user: import("../types/api").User, place: import("./route.js").Place}} props */
export function Outlets({ map, reps, user, place }) {
  const query = place.query;
  const onMap = query.get("show") === "map";
  const [choices, setChoices] = useState(NO_CHOICES);
  const [mapped, setMapped] = useState(/** @type {number | null} */ (null));
  const list = useOutlets(asked(query).toString(), !onMap);
  const beside = useMemo(() => ({ reps: new Map(reps.map(({ id, name }) => [id, name])), today: todayIn(ZONE) }), [reps]);
  const shared = { choices, reps, query, set: show };
  const [chosen, setChosen] = useState(NOBODY);
  const [changing, setChanging] = useState(false);
  const [done, setDone] = useState(/** @type {number | null} */ (null));
  const mayChange = user.roles.some((role) => OFFICE.includes(role));
  const found = narrowing(query).toString();

  useEffect(() => {
    get("/outlets/choices").then(setChoices, () => {});
  }, []);
  useEffect(() => map.invalidateSize(), [onMap]);
  useEffect(() => {
    setChosen(NOBODY);
    setDone(null);
  }, [found]);

  /** @param {string[]} ids @param {boolean} on */
  function choose(ids, on) {
    const next = new Set(chosen.all ? list.rows.map(({ id }) => id) : chosen.ids);
    for (const id of ids) on ? next.add(id) : next.delete(id);
    setChosen({ ids: next, all: false });
  }

  const total = onMap ? mapped : list.total;
  return html`<div class="outlets-page">
    <div class="panel-head">
      <h2>${t("desk.outlets")} <span class="muted total" role="status">${total === null ? "" : t("outlets.found", { n: number(total) })}</span></h2>
      <div class="actions">
        <${Views} query=${query} />
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
    ${done !== null && html`<${Notice} tone="good" title=${t("outlets.bulk_done", { n: number(done) })} />`}
    ${
      !onMap &&
      mayChange &&
      (chosen.all || chosen.ids.size > 0) &&
      html`<${ChosenBar} ...${{ chosen, setChosen, list }} change=${() => setChanging(true)} />`
    }
    ${
      changing &&
      html`<${Bulk}
        ...${{ query, choices, reps }}
        ids=${chosen.all ? null : [...chosen.ids]}
        count=${chosen.all ? list.total : chosen.ids.size}
        close=${() => setChanging(false)}
        done=${(/** @type {number} */ changed) => {
          setChanging(false);
          setChosen(NOBODY);
          setDone(changed);
          forget();
          list.again();
        }}
      />`
    }
    ${onMap ? html`<${OutletMap} ...${{ map, query, beside, counted: setMapped }} />` : html`<${List} ...${{ list, query, beside, chosen, choose, mayChange }} />`}
  </div>`;
}

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What is chosen, and what to do with it. @param {{chosen: Chosen, setChosen: (chosen: Chosen) => void, list: ReturnType<typeof useOutlets>, change: () => void}} props */
function ChosenBar({ chosen, setChosen, list, change }) {
  const total = list.total ?? 0;
  const count = chosen.all ? total : chosen.ids.size;
  return html`<div class="chosen-bar" role="region" aria-label=${t("outlets.chosen_bar")}>
    <strong role="status">${t("outlets.chosen", { n: number(count) })}</strong>
    ${
      !chosen.all &&
      count < total &&
      html`<button class="link" onClick=${() => setChosen({ ids: new Set(), all: true })}>${t("outlets.choose_all", { n: number(total) })}</button>`
    }
    <span class="grow"></span>
    ${count > MOST_AT_ONCE && html`<span class="muted">${t("outlets.too_many", { n: number(MOST_AT_ONCE) })}</span>`}
    <button class="button primary" disabled=${count > MOST_AT_ONCE} onClick=${change}>${t("outlets.change")}</button>
    <button class="button" onClick=${() => setChosen(NOBODY)}>${t("outlets.choose_none")}</button>
  </div>`;
}

/** @param {{list: ReturnType<typeof useOutlets>, query: URLSearchParams, beside: import("./outlet_columns.js").Beside, chosen: Chosen, choose: (ids: string[], on: boolean) => void, mayChange: boolean}} props */
function List({ list, query, beside, chosen, choose, mayChange }) {
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
      isChosen=${(/** @type {string} */ id) => chosen.all || chosen.ids.has(id)}
      choose=${choose}
      mayChoose=${mayChange}
    />`;
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
