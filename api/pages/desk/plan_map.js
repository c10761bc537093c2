/** Routes of a plan on the map: the chosen day strong, its stops numbered. */
import { clock } from "../shared/format.js";
import { get } from "../shared/http.js";
import { drawDayRoute } from "../shared/map.js";

/** Draws one day of a plan at a time; a late answer never replaces a newer one. */
export class PlanMap {
  /** @param {any} map */
  constructor(map) {
    this.map = map;
    /** @type {any} */
    this.layer = null;
    this.asked = 0;
  }

  /** @param {string} planId @param {string} date ISO */
  async show(planId, date) {
    this.asked += 1;
    const mine = this.asked;
    const route = await get(`/plans/${planId}/routes.geojson?date=${date}`);
    if (mine !== this.asked) return;
    this.clear();
    this.layer = drawDayRoute(this.map, route, {
      stopText: ({ name, arrival_minute }) => [name, clock(arrival_minute)],
    });
    const bounds = this.layer.getBounds();
    if (bounds.isValid()) this.map.fitBounds(bounds, { padding: [48, 48], maxZoom: 17 });
  }

  clear() {
    this.layer?.remove();
    this.layer = null;
  }

  /** Takes the route off the map and drops late answers. */
  remove() {
    this.asked += 1;
    this.clear();
  }
}
