/** What stands around the day: header with progress, notices, tabs. */
import { ErrorBanner, Notice } from "../shared/banner.js";
import { clock, day as dayText, timeIn, todayIn } from "../shared/format.js";
import { ApiError, toLogin } from "../shared/http.js";
import { t, textOr } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";

/** @typedef {import("./visit_state.js").StopState} StopState */
/** @typedef {import("../types/api").DayRoute} DayRoute */

/**
 * @param {{route: DayRoute | null, states: StopState[], date: string,
 *   showDate: (step: number) => void, switchLanguage: () => void}} props
 */
export function Header({ route, states, date, showDate, switchLanguage }) {
  const finished = states.filter(({ status }) => status === "done" || status === "skipped").length;
  const shown = route?.date ?? date;
  return html`<header class="top">
    <div class="bar">
      <button class="icon" aria-label=${t("day.before")} disabled=${!shown} onClick=${() => showDate(-1)}>
        <span aria-hidden="true">‹</span>
      </button>
      <h1>${shown ? dayText(shown) : t("app.name")}</h1>
      <button class="icon" aria-label=${t("day.after")} disabled=${!shown} onClick=${() => showDate(1)}>
        <span aria-hidden="true">›</span>
      </button>
      <span class="grow"></span>
      <button class="icon text" aria-label=${t("common.language_label")} onClick=${switchLanguage}>
        ${t("common.language")}
      </button>
    </div>
    ${
      route &&
      states.length > 0 &&
      html`<div class="progress">
        <progress max=${states.length} value=${finished} aria-label=${t("progress.label")}></progress>
        <span>${t("progress.done", { done: finished, total: states.length })}</span>
        ${
          route.end_minute !== null &&
          html`<span>${t("progress.home", { time: clock(route.end_minute) })}</span>`
        }
      </div>`
    }
  </header>`;
}

/** @param {{state: import("./day.js").DayState, signedOut: boolean, day: import("./day.js").Day}} props */
export function Notices({ state, signedOut, day }) {
  const { route, savedAt, entries, sendError } = state;
  const online = useOnline();
  const refused = entries.filter((entry) => entry.problem !== null);
  const waiting = entries.length - refused.length;
  const lost = [state.error, sendError].some((e) => e instanceof ApiError && e.status === 401);
  return html`<div class="notices">
    ${
      (signedOut || lost) &&
      html`<div class="banner" role="alert">
        <div class="grow"><strong>${t("signed_out.title")}</strong>${t("signed_out.text")}</div>
        <button class="button" onClick=${toLogin}>${t("signed_out.sign_in")}</button>
      </div>`
    }
    ${
      waiting > 0 &&
      html`<${Notice} tone="info" title=${t("outbox.saved", { n: waiting })} text=${sendText(online, sendError)} />`
    }
    ${refused.map(
      (entry) => html`<${ErrorBanner}
        key=${entry.client_id}
        error=${new ApiError(entry.problem ?? {}, 409)}
        onClose=${() => confirm(t("outbox.discard")) && day.discard(entry.client_id)}
      />`,
    )}
    ${
      (!online || state.error !== null) &&
      route &&
      savedAt &&
      html`<${Notice} title=${t(online ? "offline.no_answer" : "offline.title")}
        text=${t("offline.saved_at", { time: timeIn(savedAt, route.zone), date: dayText(savedDay(savedAt, route)) })} />`
    }
    ${
      route?.is_next_working_day &&
      html`<${Notice} tone="info" title=${t("next_day.title", { date: dayText(route.requested_date) })}
        text=${t("next_day.text", { date: dayText(route.date) })} />`
    }
    ${route?.plan?.estimate && html`<${Notice} title=${t("estimate.title")} text=${t("common.estimate_long")} />`}
    ${route?.plan?.simulated && html`<p class="fine">${t("common.simulated_long")}</p>`}
  </div>`;
}

/** @param {string} savedAt @param {DayRoute} route */
const savedDay = (savedAt, route) => todayIn(route.zone, new Date(savedAt));

/** @param {boolean} online @param {unknown} error */
function sendText(online, error) {
  if (!online) return t("outbox.when_online");
  if (error instanceof ApiError && !error.offline) return textOr(`error.${error.code}.cause`, error.cause_text);
  return t(error ? "outbox.when_online" : "outbox.sending");
}

/** Whether the phone thinks it has a network. */
function useOnline() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = () => setOnline(navigator.onLine);
    addEventListener("online", update);
    addEventListener("offline", update);
    return () => {
      removeEventListener("online", update);
      removeEventListener("offline", update);
    };
  }, []);
  return online;
}

/** Outlines of the tab marks, on a 24 by 24 grid. */
const TAB_MARKS = /** @type {Record<string, string>} */ ({
  list: "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
  map: "M9 4 3 6.5v13L9 17l6 3 6-2.5v-13L15 7 9 4Zm0 0v13m6-10v13",
});

/** @param {{view: string, setView: (view: string) => void}} props */
export function Tabs({ view, setView }) {
  return html`<nav class="tabs" aria-label=${t("tab.label")}>
    ${Object.entries(TAB_MARKS).map(
      ([name, outline]) => html`<button aria-pressed=${view === name} onClick=${() => setView(name)}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d=${outline} fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" />
        </svg>
        ${t(`tab.${name}`)}
      </button>`,
    )}
  </nav>`;
}
