/** Leaflet maps over our own base map: no other host unless the operator chose one, no HTML strings. */
import { get } from "./http.js";
import { LANGUAGE_LOADED, language } from "./i18n.js";

const ATTRIBUTION =
  '<a href="https://www.openstreetmap.org/copyright" rel="noreferrer">© OpenStreetMap contributors</a>';

/** A colour of the page's palette. @param {string} name custom property */
export const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * An empty map with attribution and scale.
 * @param {HTMLElement} element
 * @param {{zoomIn: string, zoomOut: string}} labels for the zoom buttons
 */
export function createMap(element, labels) {
  const moves = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(element, {
    zoomAnimation: moves,
    fadeAnimation: moves,
    markerZoomAnimation: moves,
    inertia: moves,
    zoomControl: false,
    attributionControl: false,
    zoomSnap: 0.25,
    minZoom: 6,
    maxZoom: 19,
  });
  L.control.attribution({ prefix: false }).addAttribution(ATTRIBUTION).addTo(map);
  L.control
    .zoom({ position: "topright", zoomInTitle: labels.zoomIn, zoomOutTitle: labels.zoomOut })
    .addTo(map);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  return map;
}

/**
 * Draws the base map under everything else; a map without it is still a map.
 * @param {any} map
 * @returns {Promise<boolean>} false when there is none to be had
 */
export async function addGround(map) {
  /** @type {import("../types/api").Basemap} */
  let about;
  try {
    about = await get("/basemap");
  } catch {
    return false;
  }
  if (about.kind === "images") images(about).addTo(map);
  else addTiles(map, about);
  return true;
}

/**
 * Reads the base map of an area once, so that the service worker has it when there is no network.
 * @param {any} bounds Leaflet bounds
 */
export async function keepGround(bounds) {
  if (!navigator.serviceWorker?.controller || !bounds?.isValid()) return;
  try {
    const { kind, url, max_zoom } = await get("/basemap");
    if (kind === "tiles") await roundsmanGround.read(roundsmanGround.archive(url), bounds.pad(0.2), max_zoom);
  } catch {
    // without a network there is nothing to keep
  }
}

/** A tile server that the operator chose. @param {import("../types/api").Basemap} about */
function images({ url, attribution }) {
  const text = document.createElement("span");
  text.textContent = attribution;
  return L.tileLayer(url, { maxZoom: 19, attribution: text.innerHTML, crossOrigin: "anonymous" });
}

/**
 * Our own vector tiles, with names in the page's language whenever that changes.
 * @param {any} map @param {import("../types/api").Basemap} about
 */
function addTiles(map, { url, max_zoom }) {
  const source = roundsmanGround.archive(url);
  const layer = roundsmanGround.layer({ source, maxDataZoom: max_zoom ?? 0, language: language() });
  layer.addTo(map);
  const speak = () => layer.speak(language());
  addEventListener(LANGUAGE_LOADED, speak);
  map.on("unload", () => removeEventListener(LANGUAGE_LOADED, speak));
}

/**
 * A round marker with a number in it.
 * @param {string} text @param {string} className @param {number} [size]
 */
export function numberIcon(text, className, size = 28) {
  const element = document.createElement("span");
  element.textContent = text;
  return L.divIcon({
    html: element,
    className: `number-icon ${className}`,
    iconSize: [size, size],
    iconAnchor: [size / 2, size / 2],
  });
}

/**
 * A small box of text lines for tooltips and popups: text nodes only, so names cannot be code.
 * @param {string[]} lines
 */
export function textBox(lines) {
  const box = document.createElement("div");
  lines.filter(Boolean).forEach((line, index) => {
    const row = document.createElement(index === 0 ? "strong" : "div");
    row.textContent = line;
    box.append(row);
  });
  return box;
}

/**
 * Draws one day: legs as lines with a light edge, stops as numbers, home as a square.
 * @param {any} map
 * @param {import("../types/api").FeatureCollection} route
 * @param {{
 *   lines?: string,
 *   stopClass?: (properties: Record<string, any>) => string,
 *   stopText: (properties: Record<string, any>) => string[],
 *   onStop?: (properties: Record<string, any>) => void,
 * }} options
 * @returns {any} the layer group, already on the map
 */
export function drawDayRoute(map, route, { lines, stopClass, stopText, onStop }) {
  const group = L.featureGroup().addTo(map);
  const legs = route.features.filter((feature) => feature.properties.kind === "leg");
  const stroke = lines ?? colour("--route");
  for (const style of [
    { color: colour("--map-casing"), weight: 8, opacity: 0.9 },
    { color: stroke, weight: 4.5, opacity: 0.95 },
  ]) {
    const all = /** @type {any} */ ({ type: "FeatureCollection", features: legs });
    L.geoJSON(all, { style: () => ({ ...style, lineCap: "round" }), interactive: false }).addTo(
      group,
    );
  }
  for (const feature of route.features) {
    const { kind } = feature.properties;
    if (kind === "home") homeMarker(feature).addTo(group);
    if (kind === "stop") stopMarker(feature, { stopClass, stopText, onStop }).addTo(group);
  }
  return group;
}

/** @param {import("../types/api").Feature} feature */
function homeMarker({ geometry }) {
  const icon = numberIcon("⌂", "is-home", 28);
  const [lon, lat] = geometry.coordinates;
  return L.marker([lat, lon], { icon, keyboard: false, interactive: false });
}

/** @param {import("../types/api").Feature} feature @param {any} options */
function stopMarker({ geometry, properties }, { stopClass, stopText, onStop }) {
  const [lon, lat] = geometry.coordinates;
  const [title] = stopText(properties);
  const look = stopClass?.(properties) ?? "";
  const marker = L.marker([lat, lon], {
    icon: numberIcon(String(properties.sequence), look),
    zIndexOffset: look === "is-next" ? 1000 : 0,
    alt: `${properties.sequence}. ${title}`,
    title: "",
    riseOnHover: true,
  });
  marker.bindTooltip(textBox(stopText(properties)), { direction: "top", offset: [0, -12] });
  if (onStop) marker.on("click", () => onStop(properties));
  return marker;
}
