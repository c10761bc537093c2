/** Customers by name, code, initials or phone, each a link to its record. */
import { ErrorBanner } from "../shared/banner.js";
import { number } from "../shared/format.js";
import { get } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { linkTo } from "./route.js";

const PAUSE_MS = 200;

export function Outlets() {
  const [words, setWords] = useState("");
  const [found, setFound] = useState(/** @type {{items: any[], total: number} | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));

  useEffect(() => {
    const stop = new AbortController();
    const read = () =>
      get(`/outlets?status=any&limit=100&q=${encodeURIComponent(words)}`, { signal: stop.signal }).then(
        (page) => (setFound(page), setError(null)),
        (failure) => stop.signal.aborted || setError(failure),
      );
    const timer = setTimeout(read, PAUSE_MS);
    return () => (clearTimeout(timer), stop.abort());
  }, [words]);

  return html`<div class="panel-body wide-page">
    <h2>${t("desk.outlets")}</h2>
    <input
      type="search"
      aria-label=${t("outlets.search")}
      placeholder=${t("outlets.search")}
      value=${words}
      onInput=${(/** @type {any} */ event) => setWords(event.target.value)}
    />
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${found && html`<p class="muted" role="status">${t("outlets.found", { n: number(found.total) })}</p>`}
    <ul class="link-list">
      ${found?.items.map(
        (one) => html`<li key=${one.id}>
          <a href=${linkTo("outlets", one.id)}><strong>${one.name}</strong> <span class="muted">${one.short_code} · ${one.grade}</span></a>
        </li>`,
      )}
    </ul>
  </div>`;
}
