/** Links that open a stop in the phone's navigation app. */

/** @typedef {"geo" | "apple" | "google" | "amap"} NavigationApp */

const STORED = "roundsman.navigation";
/** @type {NavigationApp[]} */
export const APPS = ["geo", "apple", "google", "amap"];

/** The app chosen before, else the one usual on this phone. @returns {NavigationApp} */
export function preferredApp() {
  const stored = /** @type {NavigationApp | null} */ (localStorage.getItem(STORED));
  if (stored && APPS.includes(stored)) return stored;
  if (/iPhone|iPad|Macintosh/.test(navigator.userAgent)) return "apple";
  return /Android/.test(navigator.userAgent) ? "geo" : "google";
}

/** @param {NavigationApp} app */
export const rememberApp = (app) => localStorage.setItem(STORED, app);

/** Does the road network of a plan drive? Walking is the default. @param {string | null} key */
export const drives = (key) => /(^|:)car(:|$)/.test(key ?? "");

/**
 * @param {NavigationApp} app
 * @param {{lat: number, lon: number, name: string}} place WGS-84
 * @param {boolean} driving
 */
export function navigationLink(app, { lat, lon, name }, driving) {
  const label = encodeURIComponent(name);
  const links = {
    geo: `geo:${lat},${lon}?q=${lat},${lon}(${label})`,
    apple: `https://maps.apple.com/?daddr=${lat},${lon}&dirflg=${driving ? "d" : "w"}`,
    google: `https://www.google.com/maps/dir/?api=1&destination=${lat},${lon}&travelmode=${driving ? "driving" : "walking"}`,
    amap: `https://uri.amap.com/navigation?to=${lon},${lat},${label}&mode=${driving ? "car" : "walk"}&coordinate=wgs84&callnative=1`,
  };
  return links[app];
}
