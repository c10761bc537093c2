/** The day shown on the phone: from the network when there is one, else as last saved. */
import { ApiError, get } from "../shared/http.js";
import { flush, newId, record } from "./outbox.js";
import { deleteEntry, entriesOf, putRoute, routeOf } from "./store.js";

/** @typedef {import("../types/api").DayRoute} DayRoute */
/** @typedef {import("../types/api").VisitEvent} VisitEvent */
/** @typedef {import("./outbox.js").Acknowledged} Acknowledged */

const RETRY_MS = 20_000;

/**
 * @typedef {object} DayState
 * @property {string} date asked for, "" for today or the next working day
 * @property {DayRoute | null} route
 * @property {import("../types/api").FeatureCollection | null} lines
 * @property {string | null} savedAt moment the shown route was saved; null when it is fresh
 * @property {unknown} error why there is no fresh route
 * @property {unknown} sendError why events wait
 * @property {boolean} loading
 * @property {import("./store.js").Entry[]} entries events the server does not have
 */

/** Loads, saves and sends for one user; tells `onChange` of every new state. */
export class Day {
  /** @param {string} userId @param {(state: DayState) => void} onChange */
  constructor(userId, onChange) {
    this.userId = userId;
    this.onChange = onChange;
    /** @type {DayState} */
    this.state = {
      date: "",
      route: null,
      lines: null,
      savedAt: null,
      error: null,
      sendError: null,
      loading: true,
      entries: [],
    };
    this.syncing = false;
    /** Asked to send while sending: what was asked for may have become possible meanwhile. */
    this.again = false;
    this.closed = false;
    /** The date asked for last, and how many answers changed the route: late replies are dropped. */
    this.wanted = "";
    this.revision = 0;
  }

  /** @param {Partial<DayState>} change */
  set(change) {
    this.state = { ...this.state, ...change };
    this.onChange(this.state);
  }

  /** Starts sending whenever there is a chance to; returns how to stop. */
  start() {
    const sync = () => this.sync();
    const seen = () => document.visibilityState === "visible" && this.refresh();
    const timer = setInterval(() => this.state.entries.length > 0 && sync(), RETRY_MS);
    const back = () => this.refresh();
    addEventListener("online", back);
    document.addEventListener("visibilitychange", seen);
    return () => {
      clearInterval(timer);
      removeEventListener("online", back);
      document.removeEventListener("visibilitychange", seen);
    };
  }

  /** Ends all work for this user: a late answer must not be saved after signing out. */
  close() {
    this.closed = true;
  }

  /** Shows a date: the saved route at once, the fresh one when it comes. @param {string} date */
  async show(date) {
    this.wanted = date;
    const [saved, entries] = await Promise.all([
      routeOf(this.userId, date),
      entriesOf(this.userId),
    ]);
    if (date !== this.wanted) return;
    const { route = null, lines = null, saved_at: savedAt = null } = saved ?? {};
    this.set({ date, route, lines, savedAt, entries, error: null, loading: true });
    await this.refresh();
  }

  /** Sends what waits, then asks for the route again. @returns {Promise<void>} */
  async refresh() {
    await this.sync();
    const { date, revision } = { date: this.state.date, revision: this.revision };
    try {
      await this.verifyUser();
      const fresh = await get(`/me/day-route${date && `?date=${date}`}`);
      const route = withKnownVisits(fresh, this.state.route);
      const lines = await this.linesOf(route);
      if (this.closed) return;
      if (revision !== this.revision) return this.refresh();
      await putRoute(this.userId, date, route, lines);
      if (date === this.state.date) {
        this.set({ route, lines, savedAt: null, error: null, loading: false });
      }
    } catch (error) {
      if (date === this.state.date) this.set({ error, loading: false });
    }
  }

  /** Another tab may have signed in somebody else: their route and name are not ours to use. */
  async verifyUser() {
    const { id } = await get("/me");
    if (id !== this.userId) throw new ApiError({ code: "other-user" }, 401);
  }

  /** A route without its lines is still a route. @param {DayRoute} route */
  async linesOf(route) {
    if (route.stops.length === 0) return null;
    try {
      return await get(`/me/day-route.geojson?date=${route.date}`);
    } catch (error) {
      if (error instanceof ApiError) return null;
      throw error;
    }
  }

  /**
   * Puts an event on disk, shows it, then tries to send it.
   * @param {Omit<VisitEvent, "client_id">} event
   */
  async record(event) {
    await record(this.userId, { client_id: newId(), ...event });
    this.set({ entries: await entriesOf(this.userId) });
    this.sync();
  }

  /** Gives up an event the server refused. @param {string} clientId */
  async discard(clientId) {
    await deleteEntry(clientId);
    this.set({ entries: await entriesOf(this.userId) });
  }

  /** Sends what waits; the answers go into the route shown, so that no stop falls back. */
  async sync() {
    if (this.closed || this.state.entries.length === 0) return;
    if (this.syncing) {
      this.again = true;
      return;
    }
    this.syncing = true;
    this.again = false;
    try {
      const { acknowledged, error } = await this.send();
      const route = withVisits(this.state.route, acknowledged);
      this.revision += acknowledged.length;
      if (route && !this.closed) {
        await putRoute(this.userId, this.state.date, route, this.state.lines);
      }
      this.set({ route, entries: await entriesOf(this.userId), sendError: error });
    } finally {
      this.syncing = false;
    }
    if (this.again || (this.state.sendError === null && this.hasNew())) await this.sync();
  }

  /** @returns {Promise<{acknowledged: Acknowledged[], error: unknown}>} */
  async send() {
    try {
      await this.verifyUser();
    } catch (error) {
      return { acknowledged: [], error };
    }
    return flush(this.userId);
  }

  /** An event recorded while others were being sent. */
  hasNew() {
    return this.state.entries.some((entry) => entry.problem === null);
  }
}

/**
 * Visits are only ever added: one the server acknowledged for a stop stays with it, also where a
 * visit made on another day is not part of the route's answer.
 * @param {DayRoute} fresh @param {DayRoute | null} shown
 */
function withKnownVisits(fresh, shown) {
  const known = new Map(shown?.stops.map(({ id, visit }) => [id, visit]));
  const stops = fresh.stops.map((stop) => ({ ...stop, visit: stop.visit ?? known.get(stop.id) ?? null }));
  return { ...fresh, stops };
}

/** @param {DayRoute | null} route @param {Acknowledged[]} acknowledged */
function withVisits(route, acknowledged) {
  if (!route) return null;
  const visits = new Map(acknowledged.map(({ event, visit }) => [event.planned_stop_id, visit]));
  const stops = route.stops.map((stop) => ({ ...stop, visit: visits.get(stop.id) ?? stop.visit }));
  return { ...route, stops };
}
