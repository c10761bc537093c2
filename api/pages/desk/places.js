/** Outlets whose address and place do not agree: looked at on the map, and decided about. */
import { ErrorBanner } from "../shared/banner.js";
import { distance, number, percent } from "../shared/format.js";
import { get, post, request } from "../shared/http.js";
import { language, t } from "../shared/i18n.js";
import { html, useEffect, useRef, useState } from "../shared/ui.js";
import { PlaceMap } from "./place_map.js";

/** @typedef {import("../types/api").Geocode} Geocode */
/** @typedef {import("../types/api").Geocodes} Geocodes */

const POLL_MS = 1500;
const LIVE = ["queued", "running"];

/** @param {{map: any}} props */
export function Places({ map }) {
  const [queue, setQueue] = useState(/** @type {Geocodes | null} */ (null));
  const [chosen, setChosen] = useState(/** @type {string | null} */ (null));
  const [point, setPoint] = useState(/** @type {[number, number] | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const drawn = useRef(/** @type {PlaceMap | null} */ (null));
  const item = queue?.items.find(({ outlet_id }) => outlet_id === chosen);
  const live = LIVE.includes(queue?.job?.status ?? "");

  const load = () => get("/geocodes?limit=200").then(setQueue, setError);
  useEffect(() => {
    load();
    drawn.current = new PlaceMap(map, setPoint);
    return () => drawn.current?.remove();
  }, []);
  useEffect(() => {
    if (!live) return undefined;
    const timer = setInterval(load, POLL_MS);
    return () => clearInterval(timer);
  }, [live]);
  useEffect(() => {
    setPoint(null);
    if (item) drawn.current?.show(item, { now: t("places.now"), found: t("places.found") });
    else drawn.current?.clear();
  }, [chosen, item?.status, language()]);

  /** @param {() => Promise<unknown>} work */
  async function doing(work) {
    setBusy(true);
    setError(null);
    try {
      await work();
      await load();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }
  /** @param {string} decision */
  const decide = (decision) =>
    doing(async () => {
      const at = decision === "correct" && point ? { lat: point[0], lon: point[1] } : {};
      await request("PUT", `/geocodes/${chosen}`, { body: { decision, ...at } });
      setChosen(nextAfter(queue?.items ?? [], chosen));
    });

  return html`<div class="panel-body">
    <div class="panel-head">
      <h2>${t("places.title")}</h2>
      <button class="button primary" disabled=${busy || live} onClick=${() => doing(() => post("/geocodes", {}))}>
        ${t("places.look_up")}
      </button>
    </div>
    <p class="muted">${t("places.about")}</p>
    ${error ? html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />` : null}
    ${queue?.job && html`<${Lookup} job=${queue.job} stop=${(/** @type {string} */ id) => doing(() => request("DELETE", `/geocodes/jobs/${id}`))} />`}
    ${queue && html`<p class="figures">${summary(queue.counts)}</p>`}
    ${queue?.items.length === 0 && html`<p class="muted">${t("places.none")}</p>`}
    <div class="cards">
      ${queue?.items.map(
        (one) => html`<div key=${one.outlet_id}>
          <button class="card" aria-pressed=${one.outlet_id === chosen} onClick=${() => setChosen(one.outlet_id === chosen ? null : one.outlet_id)}>
            <span class="grow">
              <strong>${one.outlet_name}</strong>
              <span class="muted">${one.address}</span>
              <span>${verdict(one)}</span>
            </span>
          </button>
          ${one.outlet_id === chosen && html`<${Choices} item=${one} point=${point} busy=${busy} decide=${decide} />`}
        </div>`,
      )}
    </div>
  </div>`;
}

/** How far a lookup is, and what stopped it. @param {{job: import("../types/api").GeocodeJob, stop: (id: string) => void}} props */
function Lookup({ job, stop }) {
  if (job.error) return html`<div class="banner bad" role="alert"><div class="grow"><strong>${job.error.cause}</strong>${job.error.action}</div></div>`;
  if (!LIVE.includes(job.status)) return null;
  return html`<div class="banner" role="status">
    <div class="grow">
      <strong>${t("places.running", { done: number(job.done), of: number(job.of) })}</strong>
      <progress max=${job.of || 1} value=${job.done}></progress>
    </div>
    <button class="button" onClick=${() => stop(job.id)}>${t("places.stop")}</button>
  </div>`;
}

/** What can be decided. @param {{item: Geocode, point: [number, number] | null, busy: boolean, decide: (decision: string) => void}} props */
function Choices({ item, point, busy, decide }) {
  return html`<div class="editor card-open">
    <p class="hint">${t(item.found ? "places.hint" : item.lat === null ? "places.hint_nowhere" : "places.hint_none")}</p>
    ${item.label && html`<p class="muted">${t("places.says", { service: item.service, label: item.label })}</p>`}
    <div class="buttons">
      ${
        point
          ? html`<button class="button primary" disabled=${busy} onClick=${() => decide("correct")}>${t("places.correct")}</button>`
          : item.found && html`<button class="button primary" disabled=${busy} onClick=${() => decide("take")}>${t("places.take")}</button>`
      }
      ${item.lat !== null && html`<button class="button" disabled=${busy} onClick=${() => decide("keep")}>${t("places.keep")}</button>`}
    </div>
  </div>`;
}

/** @param {Geocode} item */
function verdict({ found, confidence, lat }) {
  if (lat === null && !found) return t("places.nowhere");
  if (found && found.apart_m === null) return t("places.sure", { sure: percent(confidence) });
  if (!found) return t("places.not_found");
  return t("places.apart", { metres: distance(found.apart_m ?? 0), sure: percent(confidence) });
}

/** @param {Record<string, number>} counts */
function summary(counts) {
  const of = (/** @type {string[]} */ ...names) => number(names.reduce((sum, name) => sum + (counts[name] ?? 0), 0));
  return t("places.counts", { waiting: of("doubtful", "not_found"), confirmed: of("confirmed"), decided: of("taken", "kept", "corrected") });
}

/** The one below the one that was just decided. @param {Geocode[]} items @param {string | null} chosen */
function nextAfter(items, chosen) {
  const at = items.findIndex(({ outlet_id }) => outlet_id === chosen);
  return items[at + 1]?.outlet_id ?? null;
}
