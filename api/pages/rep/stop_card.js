/** One stop, big: where to go, when, and the one thing to do there. */
import { clock, distance, duration, timeIn, todayIn } from "../shared/format.js";
import { t, textOr } from "../shared/i18n.js";
import { html, useState } from "../shared/ui.js";
import { APPS, drives, navigationLink, preferredApp, rememberApp } from "./navigate.js";

/** @typedef {import("./visit_state.js").StopState} StopState */
/** @typedef {import("../types/api").DayRoute} DayRoute */

/** @typedef {"check_in" | "check_out" | "skip"} Act */

/** Opening windows of the day as text. @param {[number, number][]} windows */
export const windowsText = (windows) =>
  windows.map(([from, to]) => `${clock(from)}–${clock(to)}`).join(", ");

/**
 * How a stop is reached: minutes and distance of its leg.
 * @param {DayRoute} route @param {import("../types/api").Stop} stop
 */
export function legText(route, stop) {
  const key = drives(route.plan?.network_key ?? null) ? "leg.drive" : "leg.walk";
  return t(key, { time: duration(stop.leg_seconds / 60), distance: distance(stop.leg_metres) });
}

/** @param {{grade: string, channel: string}} outlet */
export function OutletTags({ grade, channel }) {
  return html`<span class="tags">
    ${grade && html`<span class="tag grade" title=${t("outlet.grade")}>${grade}</span>`}
    ${channel && html`<span class="tag">${textOr(`channel.${channel}`, channel)}</span>`}
  </span>`;
}

/**
 * @param {{
 *   route: DayRoute, state: StopState, lateMinutes: number, busy: boolean,
 *   act: (act: Act, state: StopState) => void,
 * }} props
 */
export function NextStop({ route, state, lateMinutes, busy, act }) {
  const { stop, status } = state;
  const { outlet } = stop;
  const isOpen = status === "open";
  return html`<section class=${`next ${isOpen ? "is-open" : ""}`} aria-labelledby="next-name">
    <p class="kicker">
      <span>
        ${t(isOpen ? "next.at_outlet" : "next.title", {
          n: stop.sequence,
          total: route.stops.length,
          time: state.since ? timeIn(state.since, route.zone) : "",
        })}
      </span>
      <${OutletTags} ...${outlet} />
    </p>
    <h2 id="next-name">${outlet.name}</h2>
    <div class="when">
      <span class="eta" aria-label=${t("next.eta", { time: clock(stop.arrival_minute) })}>
        ${clock(stop.arrival_minute)}
      </span>
      <span>
        ${legText(route, stop)}
        ${
          lateMinutes > 0 &&
          html`<strong class="late">${t("next.late", { time: duration(lateMinutes) })}</strong>`
        }
      </span>
    </div>
    <dl class="facts">
      ${outlet.address && html`<dt>${t("outlet.address")}</dt><dd>${outlet.address}</dd>`}
      ${
        outlet.windows.length > 0 &&
        html`<dt>${t("outlet.open")}</dt><dd>${windowsText(outlet.windows)}</dd>`
      }
    </dl>
    <${Actions} route=${route} state=${state} busy=${busy} act=${act} />
  </section>`;
}

/**
 * The buttons of a stop; a finished stop can still be found and called.
 * @param {{route: DayRoute, state: StopState, busy: boolean, act: (act: Act, state: StopState) => void}} props
 */
export function Actions({ route, state, busy, act }) {
  const { status, stop } = state;
  const { outlet } = stop;
  const when = todayIn(route.zone).localeCompare(route.date);
  const canVisit = status === "todo" && when <= 0;
  const checkIn = when < 0 ? "act.check_in_early" : "act.check_in";
  return html`<div class="actions">
    ${
      canVisit &&
      html`<button class="button primary big" disabled=${busy} onClick=${() => act("check_in", state)}>
        ${t(busy ? "act.locating" : checkIn)}
      </button>`
    }
    ${
      status === "open" &&
      html`<button class="button accent big" disabled=${busy} onClick=${() => act("check_out", state)}>
        ${t(busy ? "act.locating" : "act.check_out")}
      </button>`
    }
    <${Navigate} route=${route} outlet=${outlet} />
    ${
      outlet.phone &&
      html`<a class="button" href=${`tel:${outlet.phone.replace(/[^+\d]/g, "")}`}>
        ${t("act.call")}
      </a>`
    }
    ${
      canVisit &&
      html`<button class="button" onClick=${() => act("skip", state)}>${t("act.skip")}</button>`
    }
  </div>`;
}

/** Opens the app used last; the small button beside it chooses another. */
function Navigate(/** @type {{route: DayRoute, outlet: any}} */ { route, outlet }) {
  const [app, setApp] = useState(preferredApp);
  const [choosing, setChoosing] = useState(false);
  const driving = drives(route.plan?.network_key ?? null);
  const choose = (/** @type {import("./navigate.js").NavigationApp} */ chosen) => {
    rememberApp(chosen);
    setApp(chosen);
    setChoosing(false);
  };
  return html`<span class="split">
      <a class="button" href=${navigationLink(app, outlet, driving)} target="_blank" rel="noreferrer">
        ${t("act.navigate")}
      </a>
      <button
        class="button"
        aria-label=${t("act.navigate_with")}
        aria-expanded=${choosing}
        onClick=${() => setChoosing(!choosing)}
      >
        <span aria-hidden="true">${choosing ? "▴" : "▾"}</span>
      </button>
    </span>
    ${
      choosing &&
      html`<span class="apps" role="group" aria-label=${t("act.navigate_with")}>
        ${APPS.map(
          (name) => html`<a
            class=${`button ${name === app ? "chosen" : ""}`}
            href=${navigationLink(name, outlet, driving)}
            target="_blank"
            rel="noreferrer"
            onClick=${() => choose(name)}
          >
            ${t(`navigate.${name}`)}
          </a>`,
        )}
      </span>`
    }`;
}
