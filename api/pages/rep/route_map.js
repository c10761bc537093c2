/** The day on a map: our base map, the real way, numbered stops. */
import { clock } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { addGround, createMap, drawDayRoute, keepGround, numberIcon } from "../shared/map.js";
import { html, useEffect, useRef, useState } from "../shared/ui.js";
import { currentFix } from "./position.js";
import { legText } from "./stop_card.js";

/** @typedef {import("./visit_state.js").StopState} StopState */

/** @param {{route: import("../types/api").DayRoute, lines: import("../types/api").FeatureCollection | null, states: StopState[], next: StopState | undefined, visible: boolean, choose: (id: string) => void}} props */
export function RouteMap({ route, lines, states, next, visible, choose }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const map = useRef(/** @type {any} */ (null));
  const drawn = useRef(/** @type {any} */ (null));
  const fitted = useRef("");
  const [hasGround, setHasGround] = useState(true);

  useEffect(() => {
    const labels = { zoomIn: t("map.zoom_in"), zoomOut: t("map.zoom_out") };
    map.current = createMap(/** @type {HTMLElement} */ (element.current), labels);
    map.current.setView([route.home.lat, route.home.lon], 14);
    addGround(map.current).then(setHasGround);
    return () => map.current.remove();
  }, []);

  useEffect(() => {
    drawn.current?.remove();
    drawn.current = draw(map.current, { route, lines, states, next, choose });
  }, [route, lines, states, next?.stop.id]);

  useEffect(() => {
    keepGround(drawn.current?.getBounds());
  }, [route.date]);

  useEffect(() => {
    if (!visible && !isWide()) return;
    map.current.invalidateSize();
    if (fitted.current === route.date) return;
    fitted.current = route.date;
    fit(map.current, drawn.current);
  }, [visible, route.date]);

  return html`<div class="map-frame">
    <div ref=${element} class="map" role="application" aria-label=${t("map.label")}></div>
    <div class="map-tools">
      <button class="button" onClick=${() => fit(map.current, drawn.current)}>${t("map.all")}</button>
      <button class="button" onClick=${() => showPosition(map.current)}>${t("map.here")}</button>
    </div>
    ${
      next &&
      html`<button class="map-next" onClick=${() => choose(next.stop.id)}>
        <span class="grow">
          <strong>${next.stop.sequence}. ${next.stop.outlet.name}</strong>
          <span class="muted">${legText(route, next.stop)}</span>
        </span>
        <span class="eta">${clock(next.stop.arrival_minute)}</span>
      </button>`
    }
    ${!hasGround && html`<p class="map-note" role="status">${t("map.no_ground")}</p>`}
  </div>`;
}

/** Beside the list rather than behind a tab. */
const isWide = () => matchMedia("(width >= 900px)").matches;

/** @param {any} map @param {any} group */
function fit(map, group) {
  const bounds = group?.getBounds();
  if (bounds?.isValid()) map.fitBounds(bounds, { paddingTopLeft: [28, 60], paddingBottomRight: [28, 110], animate: false });
}

/** @param {any} map @param {any} view */
function draw(map, { route, lines, states, next, choose }) {
  /** @type {Map<string, StopState>} */
  const byOutlet = new Map(states.map((/** @type {StopState} */ s) => [s.stop.outlet.id, s]));
  return drawDayRoute(map, lines ?? pointsOf(route), {
    stopClass: ({ outlet_id }) => {
      const state = byOutlet.get(outlet_id);
      return state && state === next ? "is-next" : `is-${state?.status ?? "todo"}`;
    },
    stopText: ({ outlet_id, name, arrival_minute }) => [
      byOutlet.get(outlet_id)?.stop.outlet.name ?? name,
      clock(arrival_minute),
    ],
    onStop: ({ outlet_id }) => {
      const state = byOutlet.get(outlet_id);
      if (state) choose(state.stop.id);
    },
  });
}

/** Stops and home alone, when the lines could not be had. @param {import("../types/api").DayRoute} route */
function pointsOf(route) {
  const point = (/** @type {any} */ { lat, lon }, /** @type {object} */ properties) => ({
    type: /** @type {const} */ ("Feature"),
    geometry: { type: "Point", coordinates: [lon, lat] },
    properties,
  });
  const stops = route.stops.map(({ outlet, sequence, arrival_minute }) =>
    point(outlet, { kind: "stop", sequence, outlet_id: outlet.id, name: outlet.name, arrival_minute }),
  );
  const features = [point(route.home, { kind: "home" }), ...stops];
  return { type: /** @type {const} */ ("FeatureCollection"), features };
}

/** @param {any} map */
async function showPosition(map) {
  const fix = await currentFix(8000);
  if (!fix) return;
  const icon = numberIcon("", "is-here", 18);
  map.hereMarker?.remove();
  map.hereMarker = L.marker([fix.lat, fix.lon], { icon, interactive: false }).addTo(map);
  map.setView([fix.lat, fix.lon], Math.max(map.getZoom(), 16));
}
