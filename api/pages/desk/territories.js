/** Territories: who serves what, drawn on the map, saved as versions, applied to the outlets. */
import { ErrorBanner, Notice } from "../shared/banner.js";
import { hours, number } from "../shared/format.js";
import { get, post, request } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useRef, useState } from "../shared/ui.js";
import { TerritoryEditor } from "./territory_editor.js";
import { allOutlets, drawOutlets } from "./outlet_dots.js";
import { TerritoryLayers } from "./territory_layers.js";
import { SavedResult } from "./territory_result.js";

/** @typedef {import("../types/api").Territory} Territory */
/** @typedef {import("../types/api").SavedTerritory} SavedTerritory */

/**
 * @typedef {object} Draft what is being changed and not yet saved
 * @property {string | null} id null for a new territory
 * @property {string} name
 * @property {string} colour
 * @property {string | null} rep_id
 * @property {any} geometry null until something is drawn
 * @property {"idle" | "draw" | "reshape" | "cut"} mode
 */

const COLOURS = ["#0e7c66", "#b4531a", "#3b5bb5", "#8a3b8f", "#7a6a00", "#b02a50", "#20758f"];

/** @param {{map: any, reps: import("../types/api").Rep[]}} props */
export function Territories({ map, reps }) {
  const [territories, setTerritories] = useState(/** @type {Territory[]} */ ([]));
  const [draft, setDraft] = useState(/** @type {Draft | null} */ (null));
  const [saved, setSaved] = useState(/** @type {{before: Territory | null, after: SavedTerritory} | null} */ (null));
  const [applied, setApplied] = useState(/** @type {{assigned: number, kept: number} | null} */ (null));
  const [closed, setClosed] = useState(/** @type {string | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(true);
  const [outlets, setOutlets] = useState(/** @type {import("../types/api").Outlet[]} */ ([]));
  const layers = useRef(/** @type {TerritoryLayers | null} */ (null));
  const latest = useRef(/** @type {(id: string) => void} */ (() => {}));

  useEffect(() => {
    layers.current = new TerritoryLayers(map, {
      onSelect: (id) => latest.current(id),
      onGeometry: (geometry) => setDraft((old) => old && { ...old, geometry, mode: "reshape" }),
      describe: ({ properties: p }) => [p.name, p.rep_name ?? t("territory.no_rep")],
    });
    load().then(() => layers.current?.zoomTo());
    return () => layers.current?.remove();
  }, [map]);
  useEffect(() => {
    attempt(async () => setOutlets(await allOutlets()));
  }, [applied]);
  useEffect(() => {
    const colours = new Map(territories.map(({ properties: p }) => [p.rep_id ?? "", p.colour]));
    const dots = drawOutlets(map, outlets, colours);
    return () => dots.remove();
  }, [map, outlets, territories]);

  /** @param {string | null} [selected] */
  async function load(selected = null) {
    await attempt(async () => {
      const { features } = await get("/territories");
      features.sort(byName);
      setTerritories(features);
      layers.current?.show(features, selected);
    });
  }

  /** @param {() => Promise<void>} work */
  async function attempt(work) {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  }

  /** @param {string} id */
  function select(id) {
    const chosen = territories.find((territory) => territory.id === id);
    if (!chosen) return;
    const { name, colour, rep_id } = chosen.properties;
    layers.current?.stop();
    layers.current?.show(territories, id);
    layers.current?.zoomTo(id);
    setSaved(null);
    setClosed(null);
    setDraft({ id, name, colour, rep_id, geometry: chosen.geometry, mode: "idle" });
  }
  latest.current = select;

  function startNew() {
    const colour = COLOURS[territories.length % COLOURS.length];
    layers.current?.show(territories, null);
    layers.current?.draw(colour);
    setSaved(null);
    setClosed(null);
    setDraft({ id: null, name: "", colour, rep_id: null, geometry: null, mode: "draw" });
  }

  function cancel() {
    layers.current?.stop();
    layers.current?.show(territories, null);
    setDraft(null);
    setError(null);
  }

  /** @param {"reshape" | "cut"} mode */
  function change(mode) {
    if (!draft?.id) return;
    layers.current?.[mode](draft.id);
    setDraft({ ...draft, mode });
  }

  const save = () =>
    attempt(async () => {
      if (!draft) return;
      const before = territories.find(({ id }) => id === draft.id) ?? null;
      const after = await send(draft, before);
      layers.current?.stop();
      setDraft(null);
      setApplied(null);
      setSaved({ before, after });
      await load(after.id);
    });

  const close = () =>
    attempt(async () => {
      const closing = territories.find(({ id }) => id === draft?.id);
      if (!closing || !confirm(t("territory.close_sure", { name: closing.properties.name }))) return;
      await request("DELETE", `/territories/${closing.id}`, { headers: versionOf(closing) });
      layers.current?.stop();
      setDraft(null);
      setClosed(closing.properties.name);
      await load();
    });

  const apply = () =>
    attempt(async () => {
      if (!confirm(t("territory.apply_sure"))) return;
      setApplied(await post("/territories/apply"));
      setSaved(null);
      await load();
    });

  return html`<div class="panel-body">
    <div class="panel-head">
      <h2>${t("territory.title")}</h2>
      <button class="button primary" disabled=${draft !== null} onClick=${startNew}>${t("territory.new")}</button>
    </div>
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${
      draft &&
      html`<${TerritoryEditor} ...${{ draft, setDraft, reps, busy, change, save, close, cancel }} />`
    }
    ${saved && html`<${SavedResult} ...${saved} busy=${busy} apply=${apply} />`}
    ${
      applied &&
      html`<${Notice} tone="good" title=${t("territory.applied")} text=${t("territory.applied_text", applied)} />`
    }
    ${
      closed !== null &&
      html`<${Notice} tone="good" title=${t("territory.closed")} text=${t("territory.closed_text", { name: closed })} />`
    }
    <${TerritoryTable} territories=${territories} selected=${draft?.id ?? null}
      select=${select} locked=${draft !== null && draft.mode !== "idle"} />
    ${!busy && territories.length === 0 && html`<p class="muted">${t("territory.none")}</p>`}
    ${territories.length > 0 && !saved && html`<button class="button" disabled=${busy || draft !== null} onClick=${apply}>
      ${t("territory.apply")}
    </button>`}
  </div>`;
}

/** @param {Territory} a @param {Territory} b */
const byName = (a, b) => a.properties.name.localeCompare(b.properties.name);

/** @param {Draft} draft @param {Territory | null} before @returns {Promise<SavedTerritory>} */
function send({ id, name, colour, rep_id, geometry }, before) {
  const body = { type: "Feature", geometry, properties: { name, colour, rep_id } };
  if (!before) return post("/territories", body);
  return request("PUT", `/territories/${id}`, { body, headers: versionOf(before) });
}

/** The header that says which version is changed. @param {Territory} territory */
const versionOf = ({ properties }) => ({ "If-Match": `"${properties.version}"` });

/** @param {{outlets: number, visits: number, minutes: number}} counts */
export const countsText = ({ outlets, visits, minutes }) =>
  t("territory.counts", { outlets: number(outlets), visits: number(visits), hours: hours(minutes) });

/** @param {{territories: Territory[], selected: string | null, select: (id: string) => void, locked: boolean}} props */
function TerritoryTable({ territories, selected, select, locked }) {
  const most = Math.max(1, ...territories.map(({ properties }) => properties.counts.minutes));
  return html`<ul class="cards">
    ${territories.map(
      ({ id, properties: p }) => html`<li key=${id}>
        <button class="card" disabled=${locked} aria-pressed=${selected === id} onClick=${() => select(id)}>
          <span class="swatch" style=${{ background: p.colour }}></span>
          <span class="grow">
            <strong>${p.name}</strong>
            <span class="muted">${p.rep_name ?? t("territory.no_rep")} · ${t("territory.version", { n: p.version })}</span>
            <span class="figures">${countsText(p.counts)}</span>
            <span class="load" aria-hidden="true">
              <span style=${{ width: `${(100 * p.counts.minutes) / most}%`, background: p.colour }}></span>
            </span>
          </span>
        </button>
      </li>`,
    )}
  </ul>`;
}
