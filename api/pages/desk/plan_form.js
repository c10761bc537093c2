/** What to plan: reps, cycle and how long to search. */
import { addDays, mondayOf } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { html, useState } from "../shared/ui.js";

/**
 * @typedef {object} Wish
 * @property {string[]} rep_ids
 * @property {string} cycle_start
 * @property {number} weeks
 * @property {number} seconds
 */

/** @typedef {{cycle_start: string, weeks: number}} Cycle */

/**
 * The cycle to plan unless told otherwise: the newest one that is not over, else the next.
 * @param {Cycle[]} plans @param {string} today ISO date
 * @returns {Cycle}
 */
export function usualCycle(plans, today) {
  const newest = plans
    .filter(({ cycle_start, weeks }) => addDays(cycle_start, 7 * weeks) > today)
    .sort((a, b) => b.cycle_start.localeCompare(a.cycle_start))[0];
  if (!newest) return { cycle_start: addDays(mondayOf(today), 7), weeks: 4 };
  return { cycle_start: newest.cycle_start, weeks: newest.weeks };
}

/**
 * @param {{reps: import("../types/api").Rep[], cycle: Cycle, busy: boolean,
 *   start: (wish: Wish) => void}} props
 */
export function PlanForm({ reps, cycle, busy, start }) {
  const [wish, setWish] = useState(() => ({ ...cycle, seconds: 20 }));
  const [left, setLeft] = useState(/** @type {string[]} */ ([]));
  const chosen = reps.filter((rep) => !left.includes(rep.id)).map((rep) => rep.id);
  const isMonday = mondayOf(wish.cycle_start) === wish.cycle_start;
  const number = (/** @type {"weeks" | "seconds"} */ key) => (/** @type {any} */ event) =>
    setWish({ ...wish, [key]: event.target.valueAsNumber });
  const toggle = (/** @type {string} */ id) =>
    setLeft(left.includes(id) ? left.filter((one) => one !== id) : [...left, id]);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    start({ ...wish, rep_ids: chosen });
  };
  return html`<form class="editor" onSubmit=${submit} aria-label=${t("plan.form")}>
    <fieldset class="reps">
      <legend>${t("plan.reps")}</legend>
      ${reps.map(
        (rep) => html`<label class="check">
          <input type="checkbox" checked=${!left.includes(rep.id)} onChange=${() => toggle(rep.id)} />
          ${rep.name}
        </label>`,
      )}
    </fieldset>
    <div class="fields">
      <label>
        ${t("plan.cycle_start")}
        <input
          type="date"
          required
          value=${wish.cycle_start}
          onInput=${(/** @type {any} */ event) => setWish({ ...wish, cycle_start: event.target.value })}
        />
      </label>
      <label class="narrow">
        ${t("plan.weeks")}
        <input type="number" min="1" max="12" required value=${wish.weeks} onInput=${number("weeks")} />
      </label>
      <label class="narrow">
        ${t("plan.seconds")}
        <input type="number" min="1" max="3600" required value=${wish.seconds} onInput=${number("seconds")} />
      </label>
    </div>
    ${!isMonday && html`<p class="hint">${t("plan.monday")}</p>`}
    <button class="button primary" disabled=${busy || chosen.length === 0 || !isMonday}>
      ${t(busy ? "plan.starting" : "plan.start")}
    </button>
  </form>`;
}
