/** What the phone keeps: unsent visit events and the last routes, each under its user. */

/** @typedef {import("../types/api").DayRoute} DayRoute */
/** @typedef {import("../types/api").FeatureCollection} FeatureCollection */
/** @typedef {import("../types/api").VisitEvent} VisitEvent */
/** @typedef {import("../types/api").Problem} Problem */

/**
 * @typedef {object} Entry one event that the server has not acknowledged
 * @property {string} client_id
 * @property {string} user_id
 * @property {number} added_at milliseconds, the order of sending
 * @property {VisitEvent} event
 * @property {Partial<Problem> | null} problem why the server refused it
 */

/**
 * @typedef {object} SavedRoute
 * @property {string} key user and requested date
 * @property {string} user_id
 * @property {DayRoute} route
 * @property {FeatureCollection | null} lines
 * @property {string} saved_at ISO moment
 */

const NAME = "roundsman-rep";
const KEPT_ROUTES = 7;
/** @type {Promise<IDBDatabase> | null} */
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const outbox = request.result.createObjectStore("outbox", { keyPath: "client_id" });
      outbox.createIndex("user_id", "user_id");
      const routes = request.result.createObjectStore("routes", { keyPath: "key" });
      routes.createIndex("user_id", "user_id");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/**
 * Runs one request in its own transaction; resolves when the transaction is on disk.
 * @param {"outbox" | "routes"} name @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} act
 * @returns {Promise<any>}
 */
async function run(name, mode, act) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(name, mode, { durability: "strict" });
    const request = act(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** @param {"outbox" | "routes"} name @param {string} userId */
const allOf = (name, userId) =>
  run(name, "readonly", (store) => store.index("user_id").getAll(userId));

/** @param {Entry} entry */
export const putEntry = (entry) => run("outbox", "readwrite", (store) => store.put(entry));

/** @param {string} clientId */
export const deleteEntry = (clientId) =>
  run("outbox", "readwrite", (store) => store.delete(clientId));

/** A user's unsent events, oldest first. @param {string} userId @returns {Promise<Entry[]>} */
export async function entriesOf(userId) {
  const entries = /** @type {Entry[]} */ (await allOf("outbox", userId));
  return entries.sort((a, b) => a.added_at - b.added_at);
}

/** @param {string} userId @param {string} date "" for the route of no given date */
const routeKey = (userId, date) => `${userId}|${date}`;

/**
 * Keeps a route for offline use, and no more than the last few.
 * @param {string} userId @param {string} date @param {DayRoute} route
 * @param {FeatureCollection | null} lines
 */
export async function putRoute(userId, date, route, lines) {
  const saved_at = new Date().toISOString();
  const saved = { key: routeKey(userId, date), user_id: userId, route, lines, saved_at };
  await run("routes", "readwrite", (store) => store.put(saved));
  const all = /** @type {SavedRoute[]} */ (await allOf("routes", userId));
  all.sort((a, b) => b.saved_at.localeCompare(a.saved_at));
  await Promise.all(all.slice(KEPT_ROUTES).map(({ key }) => deleteRoute(key)));
}

/** @param {string} userId @param {string} date @returns {Promise<SavedRoute | undefined>} */
export const routeOf = (userId, date) =>
  run("routes", "readonly", (store) => store.get(routeKey(userId, date)));

/** @param {string} key */
const deleteRoute = (key) => run("routes", "readwrite", (store) => store.delete(key));

/** Forgets a user's routes; unsent events stay. @param {string} userId */
export async function forgetRoutes(userId) {
  const all = /** @type {SavedRoute[]} */ (await allOf("routes", userId));
  await Promise.all(all.map(({ key }) => deleteRoute(key)));
}
