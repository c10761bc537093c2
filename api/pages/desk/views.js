/** What the desk shows: its pages, under which tab each lies, and which take the place of the map. */
import { Care } from "./care.js";
import { Dictionary } from "./dictionary.js";
import { Figures } from "./figures.js";
import { HandOver } from "./handover.js";
import { Imports } from "./imports.js";
import { Merge } from "./merge.js";
import { Outlets } from "./outlets.js";
import { Places } from "./places.js";
import { Plans } from "./plans.js";
import { Policies } from "./policies.js";
import { Proposals } from "./proposals.js";
import { AccountRecord, OutletRecord } from "./record.js";
import { Territories } from "./territories.js";

/** @typedef {{tab: string, page: any, record?: any, wide?: boolean | ((place: import("./route.js").Place) => boolean)}} View */

/**
 * `page` is shown at `#/name`, `record` at `#/name/id`; wide pages have no map beside them.
 * Views of one tab stand in its second row in this order.
 * @type {Record<string, View>}
 */
export const VIEWS = {
  territories: { tab: "territories", page: Territories },
  plans: { tab: "plans", page: Plans },
  outlets: {
    tab: "customers",
    page: Outlets,
    record: OutletRecord,
    wide: ({ id, query }) => id !== "" || query.get("show") !== "map",
  },
  accounts: { tab: "customers", page: null, record: AccountRecord, wide: true },
  proposals: { tab: "customers", page: Proposals, wide: true },
  care: { tab: "customers", page: Care, wide: true },
  policies: { tab: "customers", page: Policies, wide: true },
  handover: { tab: "customers", page: HandOver, wide: true },
  imports: { tab: "customers", page: Imports, wide: true },
  merge: { tab: "customers", page: Merge, wide: true },
  places: { tab: "customers", page: Places },
  dictionary: { tab: "customers", page: Dictionary, wide: true },
  figures: { tab: "figures", page: Figures, wide: true },
};

/** The tabs in order, each with its first view. @returns {[string, string][]} */
export function tabs() {
  /** @type {Map<string, string>} */
  const first = new Map();
  for (const [name, { tab }] of Object.entries(VIEWS)) if (!first.has(tab)) first.set(tab, name);
  return [...first];
}

/** The views of a tab that have a page of their own. @param {string} tab */
export const viewsOf = (tab) =>
  Object.entries(VIEWS).flatMap(([name, view]) => (view.tab === tab && view.page ? [name] : []));
