/** Signs in by password, or by the one-time code of a link: /login#code=…&next=/rep. */
import { ErrorBanner } from "../shared/banner.js";
import { get, post } from "../shared/http.js";
import {
  hasChosenLanguage,
  loadLanguage,
  otherLanguage,
  preferredLanguage,
  rememberLanguage,
  t,
} from "../shared/i18n.js";
import { html, render, useEffect, useRef, useState } from "../shared/ui.js";
import { nextPage } from "./next_page.js";

/** Code and next page of the address; the code leaves the address at once. */
function takeAddress() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const query = new URLSearchParams(location.search);
  const next = hash.get("next") ?? query.get("next");
  const kept = next ? `/login?next=${encodeURIComponent(next)}` : "/login";
  if (location.hash) history.replaceState(null, "", kept);
  return { code: hash.get("code"), next };
}

/** @param {{user: import("../types/api").User}} answer @param {string | null} next */
function enter({ user }, next) {
  if (!hasChosenLanguage()) rememberLanguage(user.language);
  location.replace(nextPage(next, user));
}

/** @param {{code: string | null, next: string | null}} props */
function Login({ code, next }) {
  const [busy, setBusy] = useState(code !== null);
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [, setLanguage] = useState(document.documentElement.lang);
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));

  /** @param {object} credentials */
  async function signIn(credentials) {
    setBusy(true);
    setError(null);
    try {
      enter(await post("/auth/token", credentials), next);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }
  useEffect(() => {
    if (code) signIn({ code });
  }, []);

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    if (!form.current) return;
    const data = new FormData(form.current);
    signIn({ login: data.get("login"), password: data.get("password") });
  }
  async function switchLanguage() {
    rememberLanguage(otherLanguage());
    await loadLanguage(otherLanguage(), "login");
    setLanguage(document.documentElement.lang);
  }
  return html`<section class="card">
    <header>
      <img src="/static/pages/shared/icon.svg" alt="" width="52" height="52" />
      <div class="grow">
        <h1>Roundsman</h1>
        <p class="muted">${t("login.tagline")}</p>
      </div>
      <button class="button quiet" aria-label=${t("common.language_label")} onClick=${switchLanguage}>
        ${t("common.language")}
      </button>
    </header>
    ${error !== null && html`<${ErrorBanner} error=${error} />`}
    ${
      code && busy
        ? html`<p class="waiting" role="status">${t("login.code_busy")}</p>`
        : html`<form ref=${form} onSubmit=${submit}>
          <label>
            ${t("login.login")}
            <input name="login" autocomplete="username" autocapitalize="none" required autofocus />
          </label>
          <label>
            ${t("login.password")}
            <input name="password" type="password" autocomplete="current-password" required />
          </label>
          <button class="button primary" disabled=${busy}>
            ${busy ? t("login.busy") : t("login.submit")}
          </button>
        </form>`
    }
  </section>`;
}

/** Goes on at once when the session is still good and nothing else was asked for. */
async function alreadyIn(/** @type {string | null} */ next) {
  try {
    enter({ user: await get("/me") }, next);
    return true;
  } catch {
    return false;
  }
}

// A link opened in a tab that already shows this page changes the hash alone.
addEventListener("hashchange", () => location.hash && location.reload());
const address = takeAddress();
await loadLanguage(preferredLanguage(), "login");
if (address.code || !(await alreadyIn(address.next))) {
  render(html`<${Login} ...${address} />`, /** @type {Element} */ (document.getElementById("app")));
}
