/** Very many outlets on the map: near ones in one circle with their number, as near as one looks. */
import { number } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { numberIcon } from "../shared/map.js";

/** @typedef {import("../types/api").OutletPoints} OutletPoints */

const RADIUS = 64; // pixels within which outlets share a circle
const CLOSEST = 18; // from this zoom on only outlets at the very same place share one
const MOST_TOGETHER = 12; // outlets of one place that are told one by one

export class ClusterLayer {
  /**
   * @param {any} map
   * @param {(ids: string[]) => void} chosen called with the outlet that was clicked, or those at one place
   */
  constructor(map, chosen) {
    this.map = map;
    this.chosen = chosen;
    this.group = L.layerGroup().addTo(map);
    /** @type {any} */
    this.index = null;
    /** @type {OutletPoints | null} */
    this.points = null;
    this.picked = "";
    this.draw = this.draw.bind(this);
    map.on("moveend", this.draw);
  }

  /** @param {OutletPoints} points @param {boolean} fit look at all of them */
  show(points, fit) {
    this.points = points;
    const features = points.id.map((_, at) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [points.lon[at], points.lat[at]] },
      properties: { at },
    }));
    this.index = new Supercluster({ radius: RADIUS, maxZoom: CLOSEST, minPoints: 3 }).load(features);
    if (fit && points.id.length) this.map.fitBounds(boundsOf(points), { padding: [40, 40], maxZoom: 16, animate: false });
    this.draw();
  }

  /** Marks one outlet. @param {string} id as the points hold it, "" for none */
  pick(id) {
    this.picked = id;
    this.draw();
  }

  draw() {
    this.group.clearLayers();
    if (!this.index || !this.points) return;
    const seen = this.map.getBounds().pad(0.15);
    const box = [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()];
    const zoom = Math.max(0, Math.min(CLOSEST + 1, Math.floor(this.map.getZoom())));
    for (const feature of this.index.getClusters(box, zoom)) {
      (feature.properties.cluster ? this.circle(feature) : this.dot(feature)).addTo(this.group);
    }
  }

  /** @param {any} feature */
  circle({ geometry, properties, id }) {
    const count = properties.point_count;
    const size = Math.round(30 + 9 * Math.log10(count));
    const icon = numberIcon(short(count), "is-cluster", size);
    return this.marker(geometry, icon, t("outlets.cluster", { n: number(count) }), () => this.open(id, geometry));
  }

  /** @param {any} feature */
  dot({ geometry, properties: { at } }) {
    const points = /** @type {OutletPoints} */ (this.points);
    const id = points.id[at];
    const icon = numberIcon(points.grade[at], id === this.picked ? "is-outlet is-picked" : "is-outlet", 28);
    const title = t("outlets.dot", { grade: points.grade[at] });
    return this.marker(geometry, icon, title, () => this.chosen([id])).setZIndexOffset(id === this.picked ? 1000 : 0);
  }

  /** Clicked, or chosen by Enter. @param {any} geometry @param {any} icon @param {string} title @param {() => void} act */
  marker({ coordinates: [lon, lat] }, icon, title, act) {
    const marker = L.marker([lat, lon], { icon, riseOnHover: true });
    marker.on("click", act).on("keypress", (/** @type {any} */ { originalEvent }) => originalEvent.key === "Enter" && act());
    return marker.on("add", () => marker.getElement().setAttribute("aria-label", title));
  }

  /** Looks closer, or tells who stands at one place. @param {number} cluster @param {any} geometry */
  open(cluster, { coordinates: [lon, lat] }) {
    const zoom = this.index.getClusterExpansionZoom(cluster);
    if (zoom <= CLOSEST && zoom <= this.map.getMaxZoom()) {
      this.map.setView([lat, lon], Math.max(zoom, this.map.getZoom() + 1));
      return;
    }
    const leaves = this.index.getLeaves(cluster, MOST_TOGETHER);
    const points = /** @type {OutletPoints} */ (this.points);
    this.chosen(leaves.map((/** @type {any} */ leaf) => points.id[leaf.properties.at]));
  }

  /** Takes everything off the map. */
  remove() {
    this.map.off("moveend", this.draw);
    this.group.remove();
  }
}

/** @param {OutletPoints} points @returns {[[number, number], [number, number]]} */
function boundsOf({ lat, lon }) {
  let [south, north, west, east] = [90, -90, 180, -180];
  for (let at = 0; at < lat.length; at++) {
    south = Math.min(south, lat[at]);
    north = Math.max(north, lat[at]);
    west = Math.min(west, lon[at]);
    east = Math.max(east, lon[at]);
  }
  return [[south, west], [north, east]];
}

/** "950", "1.2k", "24k". @param {number} count */
function short(count) {
  if (count < 1000) return String(count);
  return `${count < 10_000 ? (count / 1000).toFixed(1) : Math.round(count / 1000)}k`;
}
