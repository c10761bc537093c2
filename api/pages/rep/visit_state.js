/** What the phone knows about each stop: the server's word plus the events not yet sent. */

/** @typedef {import("../types/api").Stop} Stop */
/** @typedef {import("../types/api").DayRoute} DayRoute */
/** @typedef {import("../types/api").VisitEvent} VisitEvent */

/**
 * @typedef {object} StopState
 * @property {Stop} stop
 * @property {"todo" | "open" | "done" | "skipped"} status
 * @property {string | null} visitKey of the open visit
 * @property {string | null} since moment of the check-in
 * @property {boolean} unsent the last word is still on the phone
 */

/** @param {Stop} stop @returns {StopState} */
function fromServer(stop) {
  const { visit } = stop;
  return {
    stop,
    status: visit ? visit.status : "todo",
    visitKey: visit?.visit_key ?? null,
    since: visit?.checked_in_at ?? null,
    unsent: false,
  };
}

/** @param {StopState} state @param {VisitEvent} event @returns {StopState} */
function afterEvent(state, event) {
  const next = { ...state, visitKey: event.visit_key, unsent: true };
  if (event.kind === "check_in") {
    const closed = state.status === "done" || state.status === "skipped";
    return { ...next, status: closed ? state.status : "open", since: event.device_at };
  }
  if (event.kind === "check_out") return { ...next, status: "done" };
  if (event.kind === "skip") return { ...next, status: "skipped" };
  return next;
}

/**
 * The stops in order with the state that holds on this phone.
 * @param {DayRoute} route @param {{event: VisitEvent}[]} entries oldest first
 * @returns {StopState[]}
 */
export function stopStates(route, entries) {
  return route.stops.map((stop) =>
    entries
      .filter(({ event }) => event.planned_stop_id === stop.id)
      .reduce((state, { event }) => afterEvent(state, event), fromServer(stop)),
  );
}

/**
 * The stop the rep is at, else the first one left; undefined when the day is done.
 * @param {StopState[]} states
 */
export function nextStop(states) {
  return (
    states.find((state) => state.status === "open") ??
    states.find((state) => state.status === "todo")
  );
}
