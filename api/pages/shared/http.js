/** Requests to /api/v1 with the session cookie; every failure becomes an ApiError. */

const PREFIX = "/api/v1";

/** What went wrong and what to do about it, as the API says it. */
export class ApiError extends Error {
  /**
   * @param {Partial<import("../types/api").Problem>} problem
   * @param {number} status 0 when the network did not answer
   */
  constructor(problem, status) {
    super(problem.cause ?? problem.title ?? String(status));
    this.status = status;
    this.code = problem.code ?? `http-${status}`;
    this.cause_text = problem.cause ?? problem.title ?? "";
    this.action = problem.action ?? "";
    this.faults = problem.faults ?? [];
  }

  /** True when no answer came: the request may be sent again later. */
  get offline() {
    return this.status === 0;
  }
}

/**
 * Sends one request and reads its JSON.
 * @param {string} method
 * @param {string} path below /api/v1, with its query
 * @param {{body?: unknown, headers?: Record<string, string>, signal?: AbortSignal}} [options]
 * @returns {Promise<any>} the parsed body, or null when there is none
 */
export async function request(method, path, { body, headers = {}, signal } = {}) {
  /** @type {Record<string, string>} */
  const sent = { Accept: "application/json", "X-Roundsman": "1", ...headers };
  const { lang } = document.documentElement;
  if (lang) sent["Accept-Language"] = lang;
  if (body !== undefined) sent["Content-Type"] = "application/json";
  const response = await fetchOrOffline(PREFIX + path, {
    method,
    headers: sent,
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: "same-origin",
    signal,
  });
  const answer = await readJson(response);
  if (!response.ok) throw new ApiError(answer ?? {}, response.status);
  return answer;
}

/** @param {string} path @param {{signal?: AbortSignal}} [options] */
export const get = (path, options) => request("GET", path, options);

/** @param {string} path @param {unknown} [body] */
export const post = (path, body) => request("POST", path, { body });

/** @param {string} url @param {RequestInit} init */
async function fetchOrOffline(url, init) {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError({ code: "no-connection" }, 0);
  }
}

/** @param {Response} response */
async function readJson(response) {
  const text = await response.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Ends the session and opens the login page. */
export async function logout() {
  try {
    await request("DELETE", "/auth/token");
  } finally {
    location.assign("/login");
  }
}

/** Opens the login page, which comes back here. */
export function toLogin() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.hash)}`);
}
