/** A planning run while it works: one bar a rep, stop when it is good enough. */
import { duration, number } from "../shared/format.js";
import { t, textOr } from "../shared/i18n.js";
import { html } from "../shared/ui.js";

/** @typedef {import("../types/api").PlanningRun} PlanningRun */
/** @typedef {import("../types/api").RunTask} RunTask */

const ENDED = new Set(["done", "failed", "cancelled"]);

/** @param {PlanningRun} run */
export const isRunning = (run) => run.tasks.some((task) => !ENDED.has(task.status));

/** How much of its time a task has used, 0..1. @param {RunTask} task @param {PlanningRun} run */
function share(task, run) {
  if (ENDED.has(task.status)) return 1;
  return Math.min(0.98, (task.progress.seconds ?? 0) / run.seconds);
}

/** @param {{run: PlanningRun, cancel: () => void}} props */
export function RunProgress({ run, cancel }) {
  return html`<section class="result" aria-live="polite">
    <div class="panel-head">
      <h3>${t("plan.running", { time: duration(run.seconds / 60), weeks: run.weeks })}</h3>
      <button class="button" onClick=${cancel}>${t("plan.stop")}</button>
    </div>
    ${run.tasks.map(
      (task) => html`<div class="task" key=${task.id}>
        <div class="task-line">
          <strong>${task.rep_name}</strong>
          <span class="muted">${stepText(task)}</span>
        </div>
        <progress max="1" value=${share(task, run)} aria-label=${task.rep_name}></progress>
      </div>`,
    )}
  </section>`;
}

/** @param {RunTask} task */
function stepText({ status, progress }) {
  if (status !== "running" || !progress.step) return t(`plan.status_${status}`);
  const step = textOr(`plan.step_${progress.step}`, progress.step);
  if (!Number.isFinite(progress.cost)) return step;
  return t("plan.step", { step, cost: number(progress.cost), n: number(progress.iterations ?? 0) });
}
