/** How far behind the plan the rep is, on the day itself. */
import { minuteIn, todayIn } from "../shared/format.js";

/** Minutes late that are worth saying; beyond the second the plan of the day is past. */
const WORTH_SAYING = [5, 240];

/**
 * Minutes past the planned arrival at the next stop; 0 when on time, there, or on another day.
 * @param {import("../types/api").DayRoute} route
 * @param {import("./visit_state.js").StopState} next
 * @param {Date} [now]
 */
export function lateMinutes(route, next, now = new Date()) {
  if (next.status === "open" || todayIn(route.zone, now) !== route.date) return 0;
  const late = minuteIn(route.zone, now) - next.stop.arrival_minute;
  return late >= WORTH_SAYING[0] && late <= WORTH_SAYING[1] ? late : 0;
}
