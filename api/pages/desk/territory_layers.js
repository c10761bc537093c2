/** Territories on the map: shown, drawn, reshaped and cut with Geoman. */
import { colour, textBox } from "../shared/map.js";

/** @typedef {import("../types/api").Territory} Territory */

const EDITING = { allowSelfIntersection: false, snappable: true, snapDistance: 12 };

/** Owns the territory layers of one map; tells geometry changes to its callbacks. */
export class TerritoryLayers {
  /**
   * @param {any} map
   * @param {{onSelect: (id: string) => void, onGeometry: (geometry: any) => void,
   *   describe: (territory: Territory) => string[]}} callbacks
   */
  constructor(map, callbacks) {
    this.map = map;
    this.callbacks = callbacks;
    this.group = L.featureGroup().addTo(map);
    /** @type {Map<string, any>} */
    this.byId = new Map();
    /** The polygon being drawn or reshaped. @type {any} */
    this.draft = null;
    this.isEditing = false;
    this.drawn = (/** @type {any} */ event) => this.adopt(event.layer);
    map.on("pm:create", this.drawn);
  }

  /** Draws all territories anew. @param {Territory[]} territories @param {string | null} selected */
  show(territories, selected) {
    this.group.clearLayers();
    this.byId.clear();
    for (const territory of territories) {
      const layer = polygonOf(territory, territory.id === selected);
      layer.on("click", () => this.isEditing || this.callbacks.onSelect(territory.id));
      const text = textBox(this.callbacks.describe(territory));
      layer.bindTooltip(text, { permanent: true, direction: "center", className: "area-label" });
      this.group.addLayer(layer);
      this.byId.set(territory.id, layer);
    }
  }

  /** @param {string} [id] all of them without one */
  zoomTo(id) {
    const bounds = (id ? this.byId.get(id) : this.group)?.getBounds();
    if (bounds?.isValid()) this.map.fitBounds(bounds, { padding: [40, 40], maxZoom: 16 });
  }

  /** Starts a new polygon. @param {string} stroke */
  draw(stroke) {
    this.stop();
    this.isEditing = true;
    const style = { color: stroke, fillColor: stroke, weight: 3, fillOpacity: 0.2 };
    this.map.pm.enableDraw("Polygon", {
      ...EDITING,
      continueDrawing: false,
      pathOptions: style,
      templineStyle: style,
      hintlineStyle: { ...style, dashArray: "6 6" },
    });
  }

  /** Makes the corners of a territory movable. @param {string} id */
  reshape(id) {
    this.take(id);
    this.draft.pm.enable(EDITING);
  }

  /** Lets the user cut a piece out of a territory. @param {string} id */
  cut(id) {
    this.take(id);
    this.draft.once("pm:cut", (/** @type {any} */ event) => {
      this.map.pm.disableGlobalCutMode();
      this.adopt(event.layer);
    });
    this.map.pm.enableGlobalCutMode({ ...EDITING, layersToCut: [this.draft] });
  }

  /** Goes on with the draft, or makes a territory the draft. @param {string} id */
  take(id) {
    this.isEditing = true;
    this.map.pm.disableGlobalCutMode();
    this.draft?.pm.disable();
    if (this.draft) return;
    this.draft = this.byId.get(id);
    this.draft.unbindTooltip();
    this.watch(this.draft);
  }

  /** A polygon Geoman made becomes the draft, its corners movable. @param {any} layer */
  adopt(layer) {
    if (this.draft && this.draft !== layer) this.draft.remove();
    this.draft = layer;
    if (!this.map.hasLayer(layer)) layer.addTo(this.map);
    this.watch(layer);
    layer.pm.enable(EDITING);
    this.tell();
  }

  /** @param {any} layer */
  watch(layer) {
    layer.on("pm:update pm:vertexadded pm:vertexremoved pm:markerdragend pm:dragend", () =>
      this.tell(),
    );
  }

  /** Tells the draft's shape; null once all of it has been cut away. */
  tell() {
    const { geometry } = this.draft.toGeoJSON(6);
    const isEmpty = geometry.coordinates.flat(Infinity).length === 0;
    this.callbacks.onGeometry(isEmpty ? null : geometry);
  }

  /** Leaves every drawing mode and drops the draft. */
  stop() {
    this.map.pm.disableDraw();
    this.map.pm.disableGlobalCutMode();
    this.draft?.pm.disable();
    this.draft?.remove();
    this.draft = null;
    this.isEditing = false;
  }

  /** Takes everything off the map. */
  remove() {
    this.stop();
    this.map.off("pm:create", this.drawn);
    this.group.remove();
  }
}

/** @param {Territory} territory @param {boolean} isSelected */
function polygonOf({ geometry, properties }, isSelected) {
  const layer = L.geoJSON(geometry).getLayers()[0];
  layer.setStyle({
    color: isSelected ? colour("--ink") : properties.colour,
    fillColor: properties.colour,
    weight: isSelected ? 3.5 : 2.5,
    fillOpacity: isSelected ? 0.3 : 0.16,
  });
  return layer;
}
