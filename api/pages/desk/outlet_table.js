/** The list as a grid: only the rows in sight are in the page, the rest comes as one scrolls. */
import { number } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useRef, useState } from "../shared/ui.js";
import { titleOf } from "./outlet_columns.js";
import { go } from "./route.js";

/** @typedef {import("../types/api").OutletRow} OutletRow */
/** @typedef {import("./outlet_columns.js").Column} Column */
/** @typedef {import("./outlet_columns.js").Beside} Beside */
/**
 * @typedef {{
 *   rows: OutletRow[], total: number, columns: Column[], beside: Beside, order: {sort: string, descending: boolean},
 *   sortBy: (sort: string) => void, more: () => void, isChosen: (id: string) => boolean, waits: boolean, mayChoose: boolean,
 *   choose: (ids: string[], on: boolean) => void, start: {top: number, active: number}, kept: (at: {top: number, active: number}) => void,
 * }} Props
 */

const ROW = 46;
const TALL_ROW = 78;
const BEYOND = 8; // rows drawn above and below what is in sight
const NARROW = matchMedia("(width < 760px)");

/** @param {Props} props */
export function Table({ rows, total, columns, beside, order, sortBy, more, isChosen, choose, start, kept, waits, mayChoose }) {
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const [top, setTop] = useState(start.top);
  const [active, setActive] = useState(start.active);
  const [height, setHeight] = useState(600);
  const [narrow, setNarrow] = useState(NARROW.matches);
  const row = narrow ? TALL_ROW : ROW;
  const first = Math.max(0, Math.floor(top / row) - BEYOND);
  const last = Math.min(rows.length, Math.ceil((top + height) / row) + BEYOND);

  useEffect(() => {
    const element = /** @type {HTMLElement} */ (frame.current);
    const sized = new ResizeObserver(() => setHeight(element.clientHeight));
    const turned = () => setNarrow(NARROW.matches);
    sized.observe(element);
    NARROW.addEventListener("change", turned);
    element.scrollTop = start.top;
    return () => {
      sized.disconnect();
      NARROW.removeEventListener("change", turned);
    };
  }, []);
  useEffect(() => {
    if (frame.current && start.top === 0) frame.current.scrollTop = 0;
    setActive(start.active);
  }, [start]);
  useEffect(() => {
    if (last > rows.length - 3 * BEYOND && rows.length < total) more();
  }, [last, rows.length, total]);
  useEffect(() => kept({ top, active }), [top, active]);

  /** @param {number} to */
  function move(to) {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setActive(next);
    const element = /** @type {HTMLElement} */ (frame.current);
    const shown = element.clientHeight - headHeight(element);
    if (next * row < element.scrollTop) element.scrollTop = next * row;
    else if ((next + 1) * row > element.scrollTop + shown) element.scrollTop = (next + 1) * row - shown;
  }
  const key = (/** @type {any} */ event) => {
    if (event.target !== frame.current) return;
    const page = Math.max(1, Math.floor(height / row) - 2);
    const steps = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page });
    if (steps[event.key]) move(active + steps[event.key]);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(rows.length - 1);
    else if (event.key === "Enter" && rows[active]) go("outlets", rows[active].id);
    else if (event.key === " " && rows[active] && mayChoose) choose([rows[active].id], !isChosen(rows[active].id));
    else return;
    event.preventDefault();
  };
  const widths = [mayChoose ? "44px" : "14px", ...columns.map(({ width }) => width)];
  const least = widths.reduce((sum, width) => sum + Number(/\d+/.exec(width)?.[0] ?? 0), 0);
  const allHere = rows.length > 0 && rows.every(({ id }) => isChosen(id));
  return html`<div
    class=${narrow ? "outlet-grid is-narrow" : "outlet-grid"}
    ref=${frame}
    role="grid"
    tabindex="0"
    aria-label=${t("outlets.grid")}
    aria-rowcount=${total + 1}
    aria-colcount=${columns.length + 1}
    aria-multiselectable="true"
    aria-busy=${waits}
    aria-activedescendant=${rows[active] && active >= first && active < last ? `row-${rows[active].id}` : undefined}
    style=${{ "--columns": widths.join(" "), "--least": `${least}px` }}
    onScroll=${(/** @type {any} */ event) => setTop(event.currentTarget.scrollTop)}
    onKeyDown=${key}
  >
    <div class="outlet-row is-head" role="row" aria-rowindex="1">
      <span role="columnheader" class="cell-tick">
        <input
          type="checkbox"
          tabindex="-1"
          hidden=${!mayChoose}
          aria-label=${t("outlets.choose_shown", { n: number(rows.length) })}
          checked=${allHere}
          onChange=${() => choose(rows.map(({ id }) => id), !allHere)}
        />
      </span>
      ${columns.map((column) => html`<${Head} ...${{ column, order, sortBy }} />`)}
    </div>
    <div role="presentation" style=${{ height: `${rows.length * row}px`, position: "relative" }}>
      ${rows.slice(first, last).map((one, index) => {
        const at = first + index;
        const chosen = isChosen(one.id);
        return html`<div
          key=${one.id}
          id=${`row-${one.id}`}
          class=${`outlet-row ${at === active ? "is-active" : ""} ${chosen ? "is-chosen" : ""}`}
          role="row"
          aria-rowindex=${at + 2}
          aria-selected=${chosen}
          style=${{ transform: `translateY(${at * row}px)`, height: `${row}px` }}
          onClick=${() => setActive(at)}
          onDblClick=${() => go("outlets", one.id)}
        >
          <span role="gridcell" class="cell-tick">
            <input
              type="checkbox"
              tabindex="-1"
              hidden=${!mayChoose}
              aria-label=${t("outlets.choose_one", { name: one.name })}
              checked=${chosen}
              onChange=${() => choose([one.id], !chosen)}
            />
          </span>
          ${columns.map(({ name, cell }) => html`<span role="gridcell" class=${`cell-${name}`}>${cell(one, beside)}</span>`)}
        </div>`;
      })}
    </div>
  </div>`;
}

/** @param {{column: Column, order: {sort: string, descending: boolean}, sortBy: (sort: string) => void}} props */
function Head({ column: { name, sort }, order, sortBy }) {
  if (!sort) return html`<span role="columnheader">${titleOf(name)}</span>`;
  const here = order.sort === sort;
  return html`<span role="columnheader" aria-sort=${here ? (order.descending ? "descending" : "ascending") : "none"}>
    <button tabindex="-1" class="sort" onClick=${() => sortBy(sort)}>
      ${titleOf(name)}<span aria-hidden="true">${here ? (order.descending ? " ↓" : " ↑") : ""}</span>
    </button>
  </span>`;
}

/** @param {HTMLElement} element */
const headHeight = (element) => element.querySelector(".is-head")?.clientHeight ?? 0;
