/** Planning: start a run, watch it, read what came out, publish it. */
import { ErrorBanner, Notice } from "../shared/banner.js";
import { day as dayText, hours, number, percent, todayIn } from "../shared/format.js";
import { get, post, request } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useRef, useState } from "../shared/ui.js";
import { PlanView } from "./plan_detail.js";
import { PlanForm, usualCycle } from "./plan_form.js";
import { PlanMap } from "./plan_map.js";
import { isRunning, RunProgress } from "./plan_run.js";

/** @typedef {import("../types/api").PlanningRun} PlanningRun */
/** @typedef {import("../types/api").JourneyPlan} JourneyPlan */
/** @typedef {import("../types/api").PlanDetail} PlanDetail */

const POLL_MS = 800;

/** @param {{map: any, reps: import("../types/api").Rep[]}} props */
export function Plans({ map, reps }) {
  const [run, setRun] = useState(/** @type {PlanningRun | null} */ (null));
  const [plans, setPlans] = useState(/** @type {JourneyPlan[] | null} */ (null));
  const [plan, setPlan] = useState(/** @type {PlanDetail | null} */ (null));
  const [date, setDate] = useState("");
  const [published, setPublished] = useState(/** @type {JourneyPlan | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const planMap = useRef(/** @type {PlanMap | null} */ (null));
  const running = run !== null && isRunning(run);
  const today = todayIn(Intl.DateTimeFormat().resolvedOptions().timeZone);

  useEffect(() => {
    planMap.current = new PlanMap(map);
    attempt(async () => {
      const [{ items: runs }, all] = await Promise.all([get("/planning-runs"), loadPlans()]);
      if (runs[0] && isRunning(runs[0])) setRun(runs[0]);
      const first = latestOf(all).find(({ status }) => status === "published");
      if (first) await open(first.id);
    });
    return () => planMap.current?.remove();
  }, [map]);

  useEffect(() => {
    if (!running) return;
    const timer = setTimeout(() => attempt(poll, false), POLL_MS);
    return () => clearTimeout(timer);
  }, [run]);

  useEffect(() => {
    if (plan && date) attempt(async () => planMap.current?.show(plan.id, date), false);
  }, [plan?.id, date]);

  /** @param {() => Promise<void>} work */
  async function attempt(work, blocks = true) {
    if (blocks) setBusy(true);
    try {
      await work();
    } catch (failure) {
      setError(failure);
    }
    if (blocks) setBusy(false);
  }

  async function poll() {
    if (!run) return;
    try {
      const now = /** @type {PlanningRun} */ (await get(`/planning-runs/${run.id}`));
      setRun(now);
      if (isRunning(now)) return;
      const all = await loadPlans();
      const made = now.tasks.find((task) => task.journey_plan_id)?.journey_plan_id;
      if (made && all.some(({ id }) => id === made)) await open(made);
    } catch (failure) {
      setRun({ ...run });
      throw failure;
    }
  }

  async function loadPlans() {
    const { items } = await get("/plans");
    setPlans(items);
    return /** @type {JourneyPlan[]} */ (items);
  }

  /** @param {string} id */
  async function open(id) {
    const detail = /** @type {PlanDetail} */ (await get(`/plans/${id}`));
    setPlan(detail);
    setDate((old) => {
      const kept = detail.days.find((day) => day.date === old);
      const coming = detail.days.find((day) => day.date >= today);
      return (kept ?? coming ?? detail.days[0])?.date ?? "";
    });
  }

  const start = (/** @type {import("./plan_form.js").Wish} */ wish) =>
    attempt(async () => {
      setError(null);
      setPublished(null);
      setRun(await post("/planning-runs", wish));
    });
  const cancel = () => attempt(async () => void (await request("DELETE", `/planning-runs/${run?.id}`)));
  const publish = () =>
    attempt(async () => {
      if (!plan || !confirm(t("plan.publish_sure", { rep: plan.rep_name }))) return;
      setPublished(await post(`/plans/${plan.id}/publish`));
      await loadPlans();
      await open(plan.id);
    });

  return html`<div class="panel-body">
    <h2>${t("plan.title")}</h2>
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${
      plans &&
      !running &&
      html`<${PlanForm} ...${{ reps, busy, start }} cycle=${usualCycle(plans, today)} />`
    }
    ${run && running && html`<${RunProgress} run=${run} cancel=${cancel} />`}
    ${run && !running && html`<${Failures} run=${run} />`}
    ${
      published &&
      html`<${Notice}
        tone="good"
        title=${t("plan.published")}
        text=${t("plan.published_text", { rep: published.rep_name, n: published.version })}
      />`
    }
    ${plans && html`<${PlanTable}
      plans=${latestOf(plans)}
      chosen=${plan?.id ?? null}
      open=${(/** @type {string} */ id) => attempt(() => open(id))}
      detail=${plan && html`<${PlanView} ...${{ plan, date, setDate, busy, publish }} />`}
    />`}
  </div>`;
}

/**
 * The newest plan of each rep and cycle, and the published one where that is another.
 * @param {JourneyPlan[]} plans
 */
export function latestOf(plans) {
  const newest = [...plans].sort((a, b) => b.created_at.localeCompare(a.created_at));
  /** @type {Set<string>} */
  const seen = new Set();
  const kept = newest.filter(({ rep_id, cycle_start, status }) => {
    const first = !seen.has(`${rep_id} ${cycle_start}`);
    seen.add(`${rep_id} ${cycle_start}`);
    return first || status === "published";
  });
  return kept.sort((a, b) => a.rep_name.localeCompare(b.rep_name));
}

/** Tasks that gave no plan, with the reason. @param {{run: PlanningRun}} props */
function Failures({ run }) {
  return run.tasks
    .filter((task) => task.status === "failed")
    .map(
      ({ rep_name, error }) => html`<div class="banner bad" role="alert">
        <div class="grow">
          <strong>${t("plan.failed", { rep: rep_name })}</strong>${error?.cause} ${error?.action}
        </div>
      </div>`,
    );
}

/** @param {{plans: JourneyPlan[], chosen: string | null, open: (id: string) => void, detail: unknown}} props */
function PlanTable({ plans, chosen, open, detail }) {
  if (plans.length === 0) return html`<p class="muted">${t("plan.none")}</p>`;
  return html`<ul class="cards">
    ${plans.map(
      ({ id, rep_name, cycle_start, weeks, version, status, summary: s }) => html`<li key=${id}>
        <button class="card" aria-pressed=${chosen === id} onClick=${() => open(id)}>
          <span class="grow">
            <span class="task-line">
              <strong>${rep_name}</strong>
              <span class=${`state is-${status}`}>${t(`plan.state_${status}`)}</span>
            </span>
            <span class="muted">${t("plan.cycle", { date: dayText(cycle_start), weeks, n: version })}</span>
            <span class="grid">
              <${Cell} label=${t("plan.visits")} value=${`${number(s.visits_planned)} / ${number(s.visits_required)}`} />
              <${Cell} label=${t("plan.left_out")} value=${number(s.unserved)} warn=${s.unserved > 0} />
              <${Cell} label=${t("plan.travel")} value=${hours(s.travel_minutes)} />
              <${Cell} label=${t("plan.utilisation")} value=${s.utilisation === null ? "–" : percent(s.utilisation)} />
            </span>
          </span>
        </button>
        ${chosen === id && html`<div class="card-open">${detail}</div>`}
      </li>`,
    )}
  </ul>`;
}

/** @param {{label: string, value: string, warn?: boolean}} props */
function Cell({ label, value, warn = false }) {
  return html`<span class=${warn ? "cell is-warn" : "cell"}><small>${label}</small><b>${value}</b></span>`;
}
