/** Where the desk is: `#/view`, `#/view/id` and what follows a `?`, so that every page has an address. */
import { useEffect, useState } from "../shared/ui.js";

/** @typedef {{view: string, id: string, query: URLSearchParams}} Place */

/** The place an address names. @param {string} hash @returns {Place} */
export function placeOf(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view = "", id = ""] = path.split("/");
  return { view, id: decoded(id), query: new URLSearchParams(query) };
}

/** The address of a place, for links. @param {string} view @param {string} [id] */
export const linkTo = (view, id) => `#/${view}${id ? `/${encodeURIComponent(id)}` : ""}`;

/** Goes somewhere; the back button comes back. @param {string} view @param {string} [id] */
export function go(view, id) {
  location.hash = linkTo(view, id);
}

/** The place the page is at, kept up to date. @returns {Place} */
export function usePlace() {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const moved = () => setHash(location.hash);
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return placeOf(hash);
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
