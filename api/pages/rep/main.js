/** The rep's phone page: today's route, usable with one thumb and without a network. */
import { ErrorBanner } from "../shared/banner.js";
import { addDays, day as dayText, todayIn } from "../shared/format.js";
import { ApiError, logout, toLogin } from "../shared/http.js";
import {
  hasChosenLanguage,
  loadLanguage,
  otherLanguage,
  preferredLanguage,
  rememberLanguage,
  t,
} from "../shared/i18n.js";
import { html, render, useEffect, useMemo, useState } from "../shared/ui.js";
import { Day } from "./day.js";
import { Header, Notices, Tabs } from "./frame.js";
import { lateMinutes } from "./lateness.js";
import { newId } from "./outbox.js";
import { currentFix } from "./position.js";
import { RouteMap } from "./route_map.js";
import { currentUser, forgetUser } from "./session.js";
import { SkipSheet } from "./skip_sheet.js";
import { NextStop } from "./stop_card.js";
import { StopList } from "./stop_list.js";
import { forgetRoutes } from "./store.js";
import { nextStop, stopStates } from "./visit_state.js";

/** @typedef {import("./visit_state.js").StopState} StopState */

/** @param {{user: import("../types/api").User, signedOut: boolean}} props */
function App({ user, signedOut }) {
  const [, redraw] = useState(0);
  const [state, setState] = useState(/** @type {import("./day.js").DayState | null} */ (null));
  const [view, setView] = useState("list");
  const [opened, setOpened] = useState(/** @type {string | null} */ (null));
  const [skipping, setSkipping] = useState(/** @type {StopState | null} */ (null));
  const [busy, setBusy] = useState(false);
  const day = useMemo(() => new Day(user.id, setState), [user.id]);
  useEffect(() => {
    day.show("");
    const minute = setInterval(() => redraw((n) => n + 1), 60_000);
    const stop = day.start();
    return () => {
      clearInterval(minute);
      stop();
    };
  }, [day]);

  const route = state?.route ?? null;
  const states = useMemo(
    () => (route && state ? stopStates(route, state.entries) : []),
    [route, state?.entries],
  );
  if (!state) return null;
  const isPast = route !== null && route.date < todayIn(route.zone);
  const next = isPast ? undefined : nextStop(states);

  /** @param {StopState} at @param {"check_in" | "check_out" | "skip"} kind @param {object} [payload] */
  async function record({ stop, visitKey }, kind, payload) {
    const device_at = new Date().toISOString();
    setBusy(true);
    const fix = await currentFix();
    await day.record({
      visit_key: kind === "check_out" && visitKey ? visitKey : newId(),
      kind,
      outlet_id: stop.outlet.id,
      planned_stop_id: stop.id,
      device_at,
      ...fix,
      ...(payload && { payload: { ...payload } }),
    });
    setBusy(false);
    setOpened(null);
  }
  /** @param {import("./stop_card.js").Act} kind @param {StopState} at */
  const act = (kind, at) => (kind === "skip" ? setSkipping(at) : record(at, kind));
  const showDate = (/** @type {number} */ step) =>
    day.show(addDays(route?.date ?? state.date, step));

  async function switchLanguage() {
    rememberLanguage(otherLanguage());
    await loadLanguage(otherLanguage(), "rep");
    redraw((n) => n + 1);
  }
  async function leave() {
    day.close();
    await forgetRoutes(user.id);
    forgetUser();
    await logout();
  }
  const shown = { route, states, next, busy, act };
  return html`<div class=${`app view-${view}`}>
    <${Header} ...${{ route, states, date: state.date, showDate, switchLanguage }} />
    <main>
      <div class="column">
        <${Notices} ...${{ state, signedOut, day }} />
        ${!route && state.loading && html`<p class="empty" role="status">${t("common.loading")}</p>`}
        ${
          !route &&
          !state.loading &&
          state.error !== null &&
          html`<${ErrorBanner} error=${state.error} onRetry=${() => day.refresh()} />`
        }
        ${route && next && html`<${NextStop} ...${shown} state=${next} lateMinutes=${lateMinutes(route, next)} />`}
        ${route && !next && !(isPast && route.stops.length > 0) && html`<${NothingLeft} route=${route} />`}
        ${
          route &&
          route.stops.length > 0 &&
          html`<${StopList} ...${shown} opened=${opened} open=${setOpened} />`
        }
        <footer>
          <span class="muted">${user.name}</span>
          <button class="button quiet" onClick=${leave}>${t("common.sign_out")}</button>
        </footer>
      </div>
      ${
        route &&
        html`<${RouteMap}
          ...${{ route, lines: state.lines, states, next }}
          visible=${view === "map"}
          choose=${(/** @type {string} */ id) => {
            setOpened(id);
            setView("list");
            requestAnimationFrame(() =>
              document.querySelector(".stop [aria-expanded=true]")?.scrollIntoView({ block: "center" }),
            );
          }}
        />`
      }
    </main>
    <${Tabs} view=${view} setView=${setView} />
    ${
      skipping &&
      html`<${SkipSheet}
        name=${skipping.stop.outlet.name}
        close=${() => setSkipping(null)}
        choose=${(/** @type {string} */ reason) => {
          record(skipping, "skip", { reason });
          setSkipping(null);
        }}
      />`
    }
  </div>`;
}

/** @param {{route: import("../types/api").DayRoute}} props */
function NothingLeft({ route }) {
  const key = route.stops.length > 0 ? "empty.all_done" : "empty.no_route";
  return html`<section class="empty">
    <span class="empty-mark" aria-hidden="true">${route.stops.length > 0 ? "✓" : "○"}</span>
    <h2>${t(key)}</h2>
    <p class="muted">${t(`${key}_text`, { date: dayText(route.date) })}</p>
  </section>`;
}

/** Keeps the page itself on the phone; without it the page needs a network to open. */
async function keepShell() {
  try {
    await navigator.serviceWorker?.register("/static/pages/rep/sw.js", { scope: "/rep" });
  } catch (error) {
    console.info("the page is not kept for offline use", error);
  }
}

const root = /** @type {Element} */ (document.getElementById("app"));
const { user, signedOut } = await currentUser();
await loadLanguage(user && !hasChosenLanguage() ? user.language : preferredLanguage(), "rep");
if (user && !(signedOut && user.rep_id === null)) {
  render(html`<${App} user=${user} signedOut=${signedOut} />`, root);
  keepShell();
} else if (signedOut) toLogin();
else {
  const retry = () => location.reload();
  const error = new ApiError({ code: "no-connection" }, 0);
  render(html`<div class="column"><${ErrorBanner} error=${error} onRetry=${retry} /></div>`, root);
}
