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
import { linkTo, usePlace } from "./route.js";
import { VIEWS, tabs, viewsOf } from "./views.js";

/** @typedef {import("../types/api").User} User */
/** @typedef {import("../types/api").Rep} Rep */

const FIRST = "territories";

/** @param {{user: User, reps: Rep[]}} props */
function App({ user, reps }) {
  const place = usePlace();
  const name = VIEWS[place.view] ? place.view : FIRST;
  const view = VIEWS[name];
  const page = place.id && view.record ? view.record : (view.page ?? VIEWS.outlets.page);
  const wide = typeof view.wide === "function" ? view.wide(place) : view.wide;
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

  useEffect(() => map?.invalidateSize(), [wide, map]);

  async function switchLanguage() {
    rememberLanguage(otherLanguage());
    await loadLanguage(otherLanguage(), "desk");
    map?.pm.setLang(language());
    setShown(language());
  }
  const inTab = viewsOf(view.tab);
  return html`<div class=${`desk ${wide ? "is-wide" : ""} shows-${name}`}>
    <header class="top">
      <img src="/static/pages/shared/icon.svg" alt="" width="30" height="30" />
      <h1>Roundsman</h1>
      <nav aria-label=${t("desk.views")}>
        ${tabs().map(
          ([tab, first]) => html`<a href=${linkTo(first)} aria-current=${tab === view.tab ? "true" : undefined}>
            ${t(`desk.${tab}`)}
          </a>`,
        )}
      </nav>
      <span class="grow"></span>
      <span class="user">${user.name}</span>
      <button aria-label=${t("common.language_label")} onClick=${switchLanguage}>${t("common.language")}</button>
      <button onClick=${logout}>${t("common.sign_out")}</button>
    </header>
    ${
      inTab.length > 1 &&
      html`<nav class="second" aria-label=${t(`desk.${view.tab}`)}>
        ${inTab.map(
          (one) => html`<a href=${linkTo(one)} aria-current=${one === name && !place.id ? "page" : undefined}>
            ${t(`desk.${one}`)}
          </a>`,
        )}
      </nav>`
    }
    <aside class="panel" aria-label=${t(`desk.${name}`)}>
      ${map && html`<${page} key=${`${name}/${place.id}`} map=${map} reps=${reps} user=${user} place=${place} />`}
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
