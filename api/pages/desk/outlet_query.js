/** Which outlets the list shows: the API's own query parameters, kept in the address of the page. */

/** Parameters that only the page knows. */
const OF_THE_PAGE = ["show", "columns", "view"];
/** Parameters that may stand several times. */
export const MANY = ["status", "grade", "channel", "type", "region", "tag", "answer"];
/** Parameters that say in which order. */
export const OF_THE_ORDER = ["sort", "descending"];

/** What the API is asked, without what only the page knows. @param {URLSearchParams} query */
export function asked(query) {
  const kept = [...query].filter(([name, value]) => value && !OF_THE_PAGE.includes(name));
  return new URLSearchParams(kept);
}

/** What narrows the list: neither order nor page. @param {URLSearchParams} query */
export function narrowing(query) {
  return new URLSearchParams([...asked(query)].filter(([name]) => !OF_THE_ORDER.includes(name)));
}

/**
 * The query with other values of a parameter; none takes it out.
 * @param {URLSearchParams} query @param {Record<string, string | string[] | null>} changes
 */
export function changed(query, changes) {
  const next = new URLSearchParams(query);
  for (const [name, values] of Object.entries(changes)) {
    next.delete(name);
    for (const value of [values ?? []].flat()) if (value) next.append(name, value);
  }
  return next;
}

/** The address of the list with a query. @param {URLSearchParams} query */
export function addressOf(query) {
  const text = query.toString();
  return `#/outlets${text ? `?${text}` : ""}`;
}

/** Shows another query: in place of this one, so that the back button leaves the list. @param {URLSearchParams} query */
export function show(query) {
  location.replace(addressOf(query));
}

/** A query as a view keeps it. @param {URLSearchParams} query */
export function toKept(query) {
  /** @type {Record<string, string | string[]>} */
  const kept = {};
  for (const [name, value] of query) {
    if (!value || name === "show" || name === "view") continue;
    kept[name] = MANY.includes(name) ? query.getAll(name) : value;
  }
  return kept;
}

/** The query that a view keeps. @param {Record<string, any>} kept */
export const fromKept = (kept) =>
  changed(
    new URLSearchParams(),
    Object.fromEntries(
      Object.entries(kept).map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value ?? "")]),
    ),
  );
