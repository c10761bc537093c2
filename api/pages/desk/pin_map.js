/** A small map of one place: a pin that can be put right, the radius of a check-in, other places beside it. */
import { t } from "../shared/i18n.js";
import { addGround, colour, createMap, numberIcon, textBox } from "../shared/map.js";
import { html, useEffect, useRef } from "../shared/ui.js";

/** @typedef {{lat: number, lon: number, name: string}} Beside */

/**
 * With `moved` the pin is dragged, or put by a click; without it the map is only looked at.
 * @param {{lat: number, lon: number, name: string, radius?: number, beside?: Beside[], moved?: (lat: number, lon: number) => void}} props
 */
export function PinMap({ lat, lon, name, radius = 0, beside = [], moved }) {
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const map = useRef(/** @type {any} */ (null));
  const move = useRef(moved);
  move.current = moved;

  useEffect(() => {
    const labels = { zoomIn: t("map.zoom_in"), zoomOut: t("map.zoom_out") };
    const made = createMap(/** @type {HTMLElement} */ (frame.current), labels);
    made.setView([lat, lon], 16);
    made.scrollWheelZoom.disable();
    made.on("click", (/** @type {any} */ event) => move.current && put(event.latlng));
    addGround(made);
    map.current = made;
    return () => made.remove();
  }, []);

  useEffect(() => {
    const group = L.featureGroup().addTo(map.current);
    if (radius) L.circle([lat, lon], { radius, color: colour("--brand-2"), weight: 1.5, fillOpacity: 0.1, interactive: false }).addTo(group);
    for (const one of beside) {
      const dot = { radius: 8, weight: 3, color: colour("--map-casing"), fillColor: colour("--accent"), fillOpacity: 1 };
      L.polyline([[lat, lon], [one.lat, one.lon]], { color: colour("--ink-2"), weight: 2, dashArray: "5 6", interactive: false }).addTo(group);
      L.circleMarker([one.lat, one.lon], dot).bindTooltip(textBox([one.name]), { permanent: true, direction: "top", offset: [0, -8] }).addTo(group);
    }
    L.marker([lat, lon], { icon: numberIcon("✥", "is-home", 28), draggable: Boolean(moved), autoPan: true, alt: name, keyboard: Boolean(moved), zIndexOffset: 1000 })
      .bindTooltip(textBox([name]), { direction: "bottom", offset: [0, 14], permanent: beside.length > 0 })
      .on("dragend", (/** @type {any} */ event) => put(event.target.getLatLng()))
      .addTo(group);
    if (beside.length > 0) map.current.fitBounds(group.getBounds().pad(0.35), { padding: [36, 36], maxZoom: 17 });
    else if (!map.current.getBounds().contains([lat, lon])) map.current.setView([lat, lon], 16);
    return () => group.remove();
  }, [lat, lon, name, radius, Boolean(moved), beside.map((one) => `${one.lat},${one.lon}`).join()]);

  /** @param {any} place */
  function put(place) {
    const wrapped = place.wrap();
    move.current?.(wrapped.lat, wrapped.lng);
  }
  return html`<div ref=${frame} class="pin-map" role="application" aria-label=${t("record.map_of", { name })}></div>`;
}
