/** Where the phone is, when it may say so; a check-in never waits long for it. */

/** @typedef {{lat: number, lon: number, accuracy_m: number}} Fix */

const FRESH_MS = 30_000;

/**
 * The position, or null when denied, unknown or too slow.
 * @param {number} [waitMs]
 * @returns {Promise<Fix | null>}
 */
export function currentFix(waitMs = 5000) {
  if (!navigator.geolocation || !window.isSecureContext) return Promise.resolve(null);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), waitMs);
    const finish = (/** @type {Fix | null} */ fix) => {
      clearTimeout(timer);
      resolve(fix);
    };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        finish({ lat: coords.latitude, lon: coords.longitude, accuracy_m: coords.accuracy }),
      () => finish(null),
      { enableHighAccuracy: true, maximumAge: FRESH_MS, timeout: waitMs },
    );
  });
}
