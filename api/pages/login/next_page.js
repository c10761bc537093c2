/** Where to go after signing in. */

/**
 * The page asked for, when it is one of ours; never another site.
 * @param {string | null} wanted path, from the address
 * @param {{roles: string[], rep_id: string | null}} user
 * @param {string} [origin]
 */
export function nextPage(wanted, user, origin = location.origin) {
  return samePath(wanted, origin) ?? (user.rep_id && onlyRep(user) ? "/rep" : "/desk");
}

/** @param {{roles: string[]}} user */
const onlyRep = ({ roles }) => roles.every((role) => role === "rep");

/** @param {string | null} wanted @param {string} origin */
function samePath(wanted, origin) {
  if (!wanted || !/^\/(?![/\\])/.test(wanted)) return null;
  const url = new URL(wanted, origin);
  if (url.origin !== origin || url.pathname === "/login") return null;
  return url.pathname + url.search + url.hash;
}
