/** Outlets as small dots in the colour of who serves them today. */
import { get } from "../shared/http.js";
import { colour } from "../shared/map.js";

/** @typedef {import("../types/api").Outlet} Outlet */

const PAGE = 1000;
/** Beyond this the dots would be a carpet and the page slow. */
const MOST = 20_000;

/** All outlets in scope, page by page. @returns {Promise<Outlet[]>} */
export async function allOutlets() {
  /** @type {Outlet[]} */
  const outlets = [];
  let cursor = "";
  do {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor && { cursor }) });
    const page = await get(`/outlets?${query}`);
    outlets.push(...page.items);
    cursor = page.next_cursor ?? "";
  } while (cursor && outlets.length < MOST);
  return outlets;
}

/**
 * Draws outlets under the territories, so that clicks reach these.
 * @param {any} map @param {Outlet[]} outlets
 * @param {Map<string, string>} colours by rep
 * @returns {any} the layer, already on the map
 */
export function drawOutlets(map, outlets, colours) {
  const pane = map.getPane("outlets") ?? map.createPane("outlets");
  pane.style.zIndex = "380";
  const renderer = L.canvas({ pane: "outlets", padding: 0.3 });
  const group = L.layerGroup().addTo(map);
  for (const { lat, lon, rep_id } of outlets) {
    if (lat === null) continue; // nobody knows where it is yet
    const fillColor = (rep_id && colours.get(rep_id)) || colour("--ink-2");
    const style = { color: colour("--map-casing"), weight: 1.5, fillColor, fillOpacity: 1 };
    L.circleMarker([lat, lon], { renderer, pane: "outlets", interactive: false, radius: 5, ...style }).addTo(group);
  }
  return group;
}
