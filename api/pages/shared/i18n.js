/** The page's language: catalogues of flat keys, {name} replaced by parameters. */
import { ApiError } from "./http.js";

/** @typedef {import("../types/api").Language} Language */

const STORED = "roundsman.language";
/** Fired on the window once another language is loaded: for what is drawn outside of components. */
export const LANGUAGE_LOADED = "roundsman:language";
/** @type {Record<string, string>} */
let catalogue = {};
/** @type {Language} */
let current = "en";

/** The language chosen here before, else the browser's. @returns {Language} */
export function preferredLanguage() {
  const stored = localStorage.getItem(STORED);
  if (stored === "zh" || stored === "en") return stored;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** True when the user chose a language on this device. */
export const hasChosenLanguage = () => localStorage.getItem(STORED) !== null;

/** @returns {Language} */
export const language = () => current;

/** The other language, for the switch. @returns {Language} */
export const otherLanguage = () => (current === "zh" ? "en" : "zh");

/**
 * Loads the shared catalogue and the page's own.
 * @param {Language} code @param {string} app folder below /static/pages
 */
export async function loadLanguage(code, app) {
  const parts = await Promise.all(
    ["shared", app].map(async (name) => {
      const answer = await fetch(`/static/pages/${name}/i18n/${code}.json`);
      return answer.json();
    }),
  );
  catalogue = Object.assign({}, ...parts);
  current = code;
  document.documentElement.lang = code === "zh" ? "zh-Hans" : "en";
  const title = catalogue["app.title"];
  if (title) document.title = title;
  dispatchEvent(new Event(LANGUAGE_LOADED));
}

/** Remembers a choice the user made. @param {Language} code */
export const rememberLanguage = (code) => localStorage.setItem(STORED, code);

/**
 * The text of a key; the key itself when the catalogue lacks it, so that a gap is seen.
 * @param {string} key @param {Record<string, string | number>} [params]
 */
export function t(key, params = {}) {
  const text = catalogue[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? ""));
}

/** The text of a key that may be missing. @param {string} key @param {string} otherwise */
export const textOr = (key, otherwise) => catalogue[key] ?? otherwise;

/**
 * What to show for an error: cause and action, in the page's language where the code is known.
 * @param {unknown} error
 * @returns {{cause: string, action: string, faults: {cause: string, action: string}[]}}
 */
export function explained(error) {
  if (!(error instanceof ApiError)) {
    return { cause: t("error.unexpected.cause"), action: t("error.unexpected.action"), faults: [] };
  }
  return {
    cause: textOr(`error.${error.code}.cause`, error.cause_text || t("error.unexpected.cause")),
    action: textOr(`error.${error.code}.action`, error.action || t("error.unexpected.action")),
    faults: error.faults.map(({ code, cause, action, where }) => ({
      cause: textOr(`error.${code}.cause`, where ? `${cause} (${where})` : cause),
      action: textOr(`error.${code}.action`, action),
    })),
  };
}
