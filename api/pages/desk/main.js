/** The supervisor's page: territories, plans and figures beside one map. */
import { ErrorBanner } from "../shared/banner.js";
import { ApiError, get, logout, toLogin } from "../shared/http.js";
import {
  hasChosenLanguage,
  language,
  loadLanguage,
  otherLanguage,
  preferredLanguage,
  rememberLanguage,
  t,
} from "../shared/i18n.js";
import { addGround, createMap } from "../shared/map.js";
import { html, render, useEffect, useRef, useState } from "../shared/ui.js";
import { Figures } from "./figures.js";
import { Places } from "./places.js";
import { Imports } from "./imports.js";
import { Merge } from "./merge.js";
import { Plans } from "./plans.js";
import { Territories } from "./territories.js";

/** @typedef {import("../types/api").User} User */
/** @typedef {import("../types/api").Rep} Rep */

const VIEWS = /** @type {Record<string, any>} */ ({
  territories: Territories,
  plans: Plans,
  places: Places,
  figures: Figures,
  imports: Imports,
  merge: Merge,
});

/** @param {{user: User, reps: Rep[]}} props */
function App({ user, reps }) {
  const [view, setView] = useState(() => (VIEWS[location.hash.slice(1)] ? location.hash.slice(1) : "territories"));
  const [map, setMap] = useState(/** @type {any} */ (null));
  const [, setShown] = useState(language());
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const [hasGround, setHasGround] = useState(true);

  useEffect(() => {
    const labels = { zoomIn: t("map.zoom_in"), zoomOut: t("map.zoom_out") };
    const made = createMap(/** @type {HTMLElement} */ (frame.current), labels);
    made.setView(middleOf(reps), 14);
    made.pm.setLang(language());
    addGround(made).then(setHasGround);
    setMap(made);
    return () => made.remove();
  }, []);

  useEffect(() => map?.invalidateSize(), [view, map]);

  async function switchLanguage() {
    rememberLanguage(otherLanguage());
    await loadLanguage(otherLanguage(), "desk");
    map?.pm.setLang(language());
    setShown(language());
  }
  /** @param {string} name */
  function go(name) {
    history.replaceState(null, "", `#${name}`);
    setView(name);
  }
  return html`<div class=${`desk shows-${view}`}>
    <header class="top">
      <img src="/static/pages/shared/icon.svg" alt="" width="30" height="30" />
      <h1>Roundsman</h1>
      <nav aria-label=${t("desk.views")}>
        ${Object.keys(VIEWS).map(
          (name) => html`<button aria-current=${view === name ? "page" : undefined} onClick=${() => go(name)}>
            ${t(`desk.${name}`)}
          </button>`,
        )}
      </nav>
      <span class="grow"></span>
      <span class="user">${user.name}</span>
      <button aria-label=${t("common.language_label")} onClick=${switchLanguage}>${t("common.language")}</button>
      <button onClick=${logout}>${t("common.sign_out")}</button>
    </header>
    <aside class="panel" aria-label=${t(`desk.${view}`)}>
      ${map && html`<${VIEWS[view]} key=${view} map=${map} reps=${reps} />`}
    </aside>
    <main class="map-frame">
      <div ref=${frame} class="map" role="application" aria-label=${t("desk.map")}></div>
      ${!hasGround && html`<p class="map-note" role="status">${t("map.no_ground")}</p>`}
    </main>
  </div>`;
}

/** Where to look before anything is drawn. @param {Rep[]} reps @returns {[number, number]} */
function middleOf(reps) {
  if (reps.length === 0) return [0, 0];
  const mean = (/** @type {"home_lat" | "home_lon"} */ key) =>
    reps.reduce((sum, rep) => sum + rep[key], 0) / reps.length;
  return [mean("home_lat"), mean("home_lon")];
}

const root = /** @type {Element} */ (document.getElementById("app"));
try {
  const [user, { items: reps }] = await Promise.all([get("/me"), get("/reps")]);
  await loadLanguage(hasChosenLanguage() ? preferredLanguage() : user.language, "desk");
  const active = reps.filter((/** @type {Rep} */ rep) => rep.active);
  render(html`<${App} user=${user} reps=${active} />`, root);
} catch (error) {
  if (error instanceof ApiError && error.status === 401) toLogin();
  else {
    await loadLanguage(preferredLanguage(), "desk");
    const retry = () => location.reload();
    render(html`<div class="panel-body"><${ErrorBanner} error=${error} onRetry=${retry} /></div>`, root);
  }
}
