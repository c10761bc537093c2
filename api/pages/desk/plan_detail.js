/** One plan: its days to look at on the map, the visits that did not fit and why, publishing. */
import { clock, day as dayText, distance, duration, number, weekday } from "../shared/format.js";
import { language, t, textOr } from "../shared/i18n.js";
import { html } from "../shared/ui.js";

/** @typedef {import("../types/api").PlanDetail} PlanDetail */
/** @typedef {import("../types/api").Unserved} Unserved */

/**
 * @param {{plan: PlanDetail, date: string, setDate: (date: string) => void, busy: boolean,
 *   publish: () => void}} props
 */
export function PlanView({ plan, date, setDate, busy, publish }) {
  const shown = plan.days.find((day) => day.date === date);
  return html`<section class="detail">
    <div class="panel-head">
      <h3>${t("plan.of", { rep: plan.rep_name, n: plan.version })}</h3>
      ${
        plan.status === "draft" &&
        html`<button class="button primary" disabled=${busy} onClick=${publish}>${t("plan.publish")}</button>`
      }
    </div>
    ${plan.estimate && html`<p class="hint">${t("common.estimate_long")}</p>`}
    ${plan.simulated && html`<p class="hint">${t("common.simulated_long")}</p>`}
    ${
      plan.publication_simulated &&
      html`<p class="hint">${t("plan.publication_simulated", { date: dayText(plan.cycle_start) })}</p>`
    }
    <${DayChips} ...${{ plan, date, setDate }} />
    ${
      shown &&
      html`<p class="figures">
          <strong>${dayText(shown.date)}</strong>${" · "}
          ${t("plan.day", {
            stops: shown.stops.length,
            from: clock(shown.start_minute),
            to: clock(shown.end_minute),
            travel: duration(shown.travel_minutes),
            distance: distance(shown.distance_m),
          })}
        </p>
        <ol class="day-stops">
          ${shown.stops.map(
            (stop) => html`<li key=${stop.id}>
              <span class="number">${stop.sequence}</span>
              <span class="grow">${stop.outlet.name}</span>
              <span class="muted">${stop.outlet.grade}</span>
              <span class="time">${clock(stop.arrival_minute)}</span>
            </li>`,
          )}
        </ol>`
    }
    <${UnservedList} unserved=${plan.unserved} />
  </section>`;
}

/** One row of chips a week. @param {{plan: PlanDetail, date: string, setDate: (date: string) => void}} props */
function DayChips({ plan, date, setDate }) {
  const start = Date.parse(plan.cycle_start);
  const weekOf = (/** @type {string} */ d) => Math.floor((Date.parse(d) - start) / (7 * 86_400_000));
  const weeks = [...new Set(plan.days.map((day) => weekOf(day.date)))];
  return html`<div class="weeks" role="group" aria-label=${t("plan.days")}>
    ${weeks.map(
      (week) => html`<div class="week" key=${week}>
        <span class="muted">${t("plan.week", { n: week + 1 })}</span>
        ${plan.days
          .filter((day) => weekOf(day.date) === week)
          .map(
            (day) => html`<button
              class="chip"
              aria-pressed=${day.date === date}
              aria-label=${dayText(day.date)}
              onClick=${() => setDate(day.date)}
            >
              ${weekday(day.date)} <small>${day.stops.length}</small>
            </button>`,
          )}
      </div>`,
    )}
  </div>`;
}

/** Grouped by reason, the commonest first. @param {{unserved: Unserved[]}} props */
function UnservedList({ unserved }) {
  if (unserved.length === 0) return html`<p class="all-served">${t("plan.all_served")}</p>`;
  const groups = [...new Set(unserved.map(({ reason }) => reason))]
    .map((reason) => unserved.filter((one) => one.reason === reason))
    .map((items) => ({ reason: items[0].reason, items, count: missing(items) }))
    .sort((a, b) => b.count - a.count);
  return html`<h4>${t("plan.unserved", { n: missing(unserved) })}</h4>
    ${groups.map(
      ({ reason, items, count }) => html`<details key=${reason} class="unserved" open=${items.length <= 8}>
        <summary><strong>${count}</strong> ${textOr(`reason.${reason}`, reason)}</summary>
        <ul>${items.map((one) => html`<${UnservedRow} key=${`${one.outlet?.id} ${one.facts?.key}`} one=${one} />`)}</ul>
      </details>`,
    )}`;
}

/** @param {Unserved[]} items */
const missing = (items) => items.reduce((sum, one) => sum + one.count, 0);

/** @param {{one: Unserved}} props */
function UnservedRow({ one }) {
  const { outlet, count, remedy } = one;
  return html`<li>
    <div class="task-line">
      <strong>${outlet?.name}</strong>
      <span class="muted">${outlet?.grade} · ${t("plan.missing", { n: count })}</span>
    </div>
    <${Why} ...${{ one }} />
    ${
      remedy &&
      html`<div class="remedy"><span>${t("plan.remedy")}</span> ${remedyText(remedy)}</div>`
    }
  </li>`;
}

/**
 * Why, from the facts; plans stored without them have only the solver's English sentence, which
 * elsewhere is folded away. @param {{one: Unserved}} props
 */
function Why({ one: { outlet, reason, detail, facts } }) {
  if (facts && textOr(`why.${facts.key}`, "") !== "") {
    const said = { ...names(facts), outlet: outlet?.name ?? "" };
    const pinned = reason === "pin" ? `${t("why.pinned", said)} ` : "";
    return html`<div class="muted">${pinned}${t(`why.${facts.key}`, said)}</div>`;
  }
  if (!detail) return null;
  if (language() === "en") return html`<div class="muted">${detail}</div>`;
  return html`<details class="muted">
    <summary>${t("plan.detail")}</summary>
    <span lang="en">${detail}</span>
  </details>`;
}

/** What would admit the visit, by its action. @param {NonNullable<Unserved["remedy"]>} remedy */
function remedyText(remedy) {
  const key = `remedy.${remedy.action}`;
  if (textOr(key, "") === "") return remedy.text;
  const pause = remedy.break_name ?? "";
  return t(key, {
    ...names(remedy),
    start: remedy.start_minute === null ? "" : clock(remedy.start_minute),
    end: remedy.end_minute === null ? "" : clock(remedy.end_minute),
    break: textOr(`break.${pause}`, pause),
  });
}

/**
 * What facts and remedies both name, in words; minutes and amounts rounded up, so that granting
 * them is enough.
 * @param {{date: string | null, rep: string | null, other: string | null, minutes: number | null,
 *   amount: number | null, limit?: number | null}} said
 */
function names({ date, rep, other, minutes, amount, limit = null }) {
  const figure = (/** @type {number | null} */ value) =>
    value === null ? "" : number(Math.ceil(value * 100 - 1e-6) / 100, 2);
  return {
    date: date ? dayText(date) : "",
    rep: rep ?? "",
    other: other ?? "",
    minutes: minutes === null ? "" : duration(Math.ceil(minutes - 1e-6)),
    amount: figure(amount),
    limit: figure(limit),
  };
}
