/** Visit events on their way to the server: kept until it acknowledges each one. */
import { ApiError, post } from "../shared/http.js";
import { deleteEntry, entriesOf, putEntry } from "./store.js";

/** @typedef {import("./store.js").Entry} Entry */
/** @typedef {import("../types/api").VisitEvent} VisitEvent */
/** @typedef {import("../types/api").EventResult} EventResult */
/** @typedef {import("../types/api").StopVisit} StopVisit */

/**
 * @typedef {object} Acknowledged an event the server has, and the visit it made of it
 * @property {VisitEvent} event
 * @property {StopVisit | null} visit
 */

const BATCH = 100;
/** Statuses after which the same request may succeed later. */
const LATER = new Set([0, 401, 403, 408, 425, 429]);

/** A random id; `randomUUID` is missing on plain-http pages of other hosts. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Puts an event on disk. @param {string} userId @param {VisitEvent} event */
export async function record(userId, event) {
  const entry = {
    client_id: event.client_id,
    user_id: userId,
    added_at: Date.now(),
    event,
    problem: null,
  };
  await putEntry(entry);
  return entry;
}

/**
 * Sends everything unsent, oldest first, one sender at a time over all tabs.
 * @param {string} userId
 * @returns {Promise<{acknowledged: Acknowledged[], error: unknown}>} error: what stopped it
 */
export async function flush(userId) {
  const send = () => sendAll(userId);
  return navigator.locks ? await navigator.locks.request("roundsman-outbox", send) : send();
}

/** @param {string} userId */
async function sendAll(userId) {
  /** @type {Acknowledged[]} */
  const acknowledged = [];
  try {
    for (;;) {
      const waiting = (await entriesOf(userId)).filter((entry) => entry.problem === null);
      if (waiting.length === 0) return { acknowledged, error: null };
      acknowledged.push(...(await sendBatch(waiting.slice(0, BATCH))));
    }
  } catch (error) {
    return { acknowledged, error };
  }
}

/** @param {Entry[]} batch @returns {Promise<Acknowledged[]>} */
async function sendBatch(batch) {
  try {
    const { results } = await post("/visits", { events: batch.map((entry) => entry.event) });
    return await settle(batch, results);
  } catch (error) {
    if (!(error instanceof ApiError) || LATER.has(error.status) || error.status >= 500) throw error;
    return refusedWhole(batch, error);
  }
}

/**
 * A payload the server cannot read fails whole: find the entries at fault one by one.
 * @param {Entry[]} batch @param {ApiError} error
 * @returns {Promise<Acknowledged[]>}
 */
async function refusedWhole(batch, error) {
  if (batch.length > 1) {
    const answers = [];
    for (const entry of batch) answers.push(...(await sendBatch([entry])));
    return answers;
  }
  const { code, cause_text: cause, action } = error;
  await putEntry({ ...batch[0], problem: { code, cause, action } });
  return [];
}

/**
 * Forgets what the server has; keeps what it refused, with its reason.
 * @param {Entry[]} batch @param {EventResult[]} results
 */
async function settle(batch, results) {
  const answers = new Map(results.map((result) => [result.client_id, result]));
  /** @type {Acknowledged[]} */
  const acknowledged = [];
  for (const entry of batch) {
    const answer = answers.get(entry.client_id);
    if (!answer) throw new ApiError({ code: "unanswered-event" }, 0);
    if (answer.status === "refused") await putEntry({ ...entry, problem: answer.problem ?? {} });
    else {
      await deleteEntry(entry.client_id);
      acknowledged.push({ event: entry.event, visit: answer.visit });
    }
  }
  return acknowledged;
}
