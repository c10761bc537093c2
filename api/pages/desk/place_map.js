/** Where a doubtful outlet stands, where the service says it is, and a pin to put it right. */
import { colour, numberIcon, textBox } from "../shared/map.js";

/** Draws one doubtful place at a time; a drag of the pin or a click on the map says where it is. */
export class PlaceMap {
  /** @param {any} map @param {(point: [number, number] | null) => void} moved */
  constructor(map, moved) {
    this.map = map;
    this.moved = moved;
    /** @type {any} */
    this.group = null;
    /** @type {any} */
    this.pin = null;
    /** Whom the pin stands for; none while nothing is shown. @type {((at?: any) => any) | null} */
    this.makePin = null;
    this.click = (/** @type {any} */ event) => this.makePin && this.put(event.latlng);
    map.on("click", this.click);
  }

  /** @param {import("../types/api").Geocode} item @param {{now: string, found: string}} words */
  show(item, words) {
    this.clear();
    const now = item.lat === null ? null : [item.lat, item.lon];
    const found = item.found && [item.found.lat, item.found.lon];
    this.group = L.featureGroup().addTo(this.map);
    if (found) {
      if (now) L.polyline([now, found], { color: colour("--ink-2"), weight: 2, dashArray: "5 6", interactive: false }).addTo(this.group);
      const dot = { radius: 9, weight: 3, color: colour("--map-casing"), fillColor: colour("--accent"), fillOpacity: 1 };
      L.circleMarker(found, dot).bindTooltip(textBox([words.found, item.label]), { permanent: true, direction: "top", offset: [0, -8] }).addTo(this.group);
    }
    this.makePin = (/** @type {any} */ at = now) =>
      L.marker(at, { icon: numberIcon("✥", "is-home", 30), draggable: true, autoPan: true, alt: item.outlet_name })
        .bindTooltip(textBox([words.now, item.outlet_name]), { permanent: true, direction: "bottom", offset: [0, 14] })
        .on("dragend", () => this.put(this.pin.getLatLng()))
        .addTo(this.group);
    if (now) this.pin = this.makePin();
    const bounds = this.group.getBounds();
    if (bounds.isValid()) this.map.fitBounds(bounds.pad(0.3), { padding: [60, 60], maxZoom: 17 });
  }

  /** @param {any} place */
  put(place) {
    this.pin ??= this.makePin?.(place);
    this.pin.setLatLng(place);
    const wrapped = place.wrap();
    this.moved([wrapped.lat, wrapped.lng]);
  }

  clear() {
    this.group?.remove();
    this.group = this.pin = this.makePin = null;
  }

  /** Takes everything off the map. */
  remove() {
    this.clear();
    this.map.off("click", this.click);
  }
}
