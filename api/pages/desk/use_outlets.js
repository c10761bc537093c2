/** The rows of the list: page after page, and still there when one comes back from a record. */
import { get } from "../shared/http.js";
import { useEffect, useRef, useState } from "../shared/ui.js";

/** @typedef {import("../types/api").OutletRow} OutletRow */
/** @typedef {{query: string, rows: OutletRow[], total: number | null, cursor: string | null, top: number, active: number, at: number}} Kept */

const PAGE = 100;
const MOST_AGAIN = 1000; // rows that are read anew when one comes back
const KEPT_MS = 5 * 60_000;
/** What was seen last, for who comes back. @type {Kept | null} */
let last = null;

/** Forgets what was seen: it has changed. */
export function forget() {
  last = null;
}

/**
 * @param {string} query as the API takes it
 * @param {boolean} wanted false while something else is shown
 */
export function useOutlets(query, wanted) {
  const [shown, setShown] = useState(() => back(query) ?? fresh(query));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [tries, setTries] = useState(0);
  const [start, setStart] = useState(() => ({ top: shown.top, active: shown.active }));
  const busy = useRef(/** @type {AbortController | null} */ (null));

  /** @param {string | null} cursor @param {(page: any) => void} read */
  function fetchPage(cursor, read, limit = PAGE) {
    const stop = new AbortController();
    busy.current = stop;
    const asked = new URLSearchParams(query);
    asked.set("limit", String(limit));
    if (cursor) asked.set("cursor", cursor);
    get(`/outlets?${asked}`, { signal: stop.signal }).then(
      (page) => {
        if (stop.signal.aborted) return;
        busy.current = null;
        setError(null);
        read(page);
      },
      (failure) => {
        if (stop.signal.aborted) return;
        busy.current = null;
        setError(failure);
      },
    );
    return stop;
  }

  useEffect(() => {
    if (!wanted) return undefined;
    const known = tries === 0 && shown.total !== null ? back(query) : null;
    if (known && known.rows.length > MOST_AGAIN) return undefined;
    const read = (/** @type {any} */ page) => {
      if (!known) setStart({ top: 0, active: 0 });
      setShown({ ...(known ?? fresh(query)), rows: page.items, total: page.total, cursor: page.next_cursor });
    };
    const stop = fetchPage(null, read, Math.max(PAGE, known?.rows.length ?? 0));
    return () => {
      stop.abort();
      busy.current = null;
    };
  }, [query, wanted, tries]);
  useEffect(() => {
    if (shown.total !== null) last = shown;
  }, [shown]);

  return {
    rows: shown.rows,
    total: shown.total,
    error,
    /** Whether what is shown is not yet what is asked for. */
    waits: shown.query !== query && error === null,
    start,
    /** Loads the page below, once. */
    more() {
      if (busy.current || !shown.cursor || shown.query !== query) return;
      fetchPage(shown.cursor, (page) => setShown((now) => ({ ...now, rows: [...now.rows, ...page.items], cursor: page.next_cursor })));
    },
    again: () => setTries(tries + 1),
    /** Notes where one is. @param {{top: number, active: number}} at */
    kept(at) {
      if (last) Object.assign(last, at);
    },
  };
}

/** @param {string} query @returns {Kept} */
const fresh = (query) => ({ query, rows: [], total: null, cursor: null, top: 0, active: 0, at: Date.now() });

/** @param {string} query */
const back = (query) => (last && last.query === query && Date.now() - last.at < KEPT_MS ? last : null);
