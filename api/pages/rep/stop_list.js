/** The day in order: stops with times and status, lunch where it is taken, the way home. */
import { clock, distance, duration } from "../shared/format.js";
import { t, textOr } from "../shared/i18n.js";
import { html } from "../shared/ui.js";
import { Actions, legText, OutletTags, windowsText } from "./stop_card.js";

/** @typedef {import("./visit_state.js").StopState} StopState */
/** @typedef {import("../types/api").DayRoute} DayRoute */

const MARKS = /** @type {Record<string, string>} */ ({ done: "✓", skipped: "–", open: "●" });

/**
 * @param {{
 *   route: DayRoute, states: StopState[], next: StopState | undefined, opened: string | null,
 *   busy: boolean, open: (id: string | null) => void,
 *   act: (act: import("./stop_card.js").Act, state: StopState) => void,
 * }} props
 */
export function StopList({ route, states, next, opened, busy, open, act }) {
  const breaksBefore = (/** @type {number} */ sequence) =>
    route.breaks.filter((taken) => taken.before_sequence === sequence);
  const rows = states.flatMap((state) => [
    ...breaksBefore(state.stop.sequence).map(breakRow),
    html`<${StopRow}
      key=${state.stop.id}
      ...${{ route, state, busy, act, open }}
      isNext=${state === next}
      isOpened=${opened === state.stop.id}
    />`,
  ]);
  const last = states.at(-1)?.stop.sequence ?? 0;
  return html`<section aria-labelledby="list-title">
    <h2 id="list-title" class="list-title">${t("list.title")}</h2>
    <ol class="stops">
      ${rows} ${breaksBefore(last + 1).map(breakRow)}
      <li class="row home">
        <span class="mark" aria-hidden="true">⌂</span>
        <span class="grow">
          <span class="name">${route.home.name || t("list.home")}</span>
          ${
            route.return_leg &&
            html`<span class="sub">
              ${duration(route.return_leg.seconds / 60)} · ${distance(route.return_leg.metres)}
            </span>`
          }
        </span>
        ${route.end_minute !== null && html`<span class="time">${clock(route.end_minute)}</span>`}
      </li>
    </ol>
  </section>`;
}

/** @param {import("../types/api").Break} taken */
function breakRow(taken) {
  return html`<li class="row break" key=${`break-${taken.start_minute}`}>
    <span class="mark" aria-hidden="true">☕</span>
    <span class="grow">
      <span class="name">${textOr(`break.${taken.name}`, taken.name)}</span>
      <span class="sub">${duration(taken.end_minute - taken.start_minute)}</span>
    </span>
    <span class="time">${clock(taken.start_minute)}–${clock(taken.end_minute)}</span>
  </li>`;
}

/** @param {any} props */
function StopRow({ route, state, isNext, isOpened, busy, open, act }) {
  /** @type {StopState} */
  const { stop, status, unsent } = state;
  const { outlet } = stop;
  const label = t(`status.${status}`);
  return html`<li class=${`stop is-${status} ${isNext ? "is-next" : ""}`}>
    <button
      class="row"
      aria-expanded=${isOpened}
      onClick=${() => open(isOpened ? null : stop.id)}
    >
      <span class="mark">
        <span aria-hidden="true">${MARKS[status] ?? stop.sequence}</span>
        <span class="visually-hidden">${stop.sequence}. ${label}</span>
      </span>
      <span class="grow">
        <span class="name">${outlet.name}</span>
        <span class="sub">
          ${legText(route, stop)}${status !== "todo" && html` · <em>${label}</em>`}
          ${unsent && html` · <em class="unsent">${t("status.unsent")}</em>`}
          ${
            stop.visit?.off_site &&
            html` · <em class="unsent">${t("status.off_site")}</em>`
          }
        </span>
      </span>
      <span class="time">${clock(stop.arrival_minute)}</span>
    </button>
    ${
      isOpened &&
      html`<div class="detail">
        <p><${OutletTags} ...${outlet} /> <span class="muted">${outlet.short_code}</span></p>
        ${outlet.address && html`<p>${outlet.address}</p>`}
        ${
          outlet.windows.length > 0 &&
          html`<p class="muted">${t("outlet.open")} ${windowsText(outlet.windows)}</p>`
        }
        <p class="muted">
          ${t("outlet.planned", {
            from: clock(stop.start_minute),
            to: clock(stop.leave_minute),
            time: duration(stop.leave_minute - stop.start_minute),
          })}
        </p>
        <${Actions} route=${route} state=${state} busy=${busy} act=${act} />
      </div>`
    }
  </li>`;
}
