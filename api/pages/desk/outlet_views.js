/** Kept views of the list: filters, order and columns under a name, one's own and shared ones. */
import { ErrorBanner } from "../shared/banner.js";
import { get, request } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { changed, fromKept, show, toKept } from "./outlet_query.js";
import { Popover } from "./popover.js";

/** @typedef {{id: string, name: string, query: Record<string, any>, shared: boolean, own: boolean}} View */

const PATH = "/saved-filters";

/** @param {{query: URLSearchParams}} props */
export function Views({ query }) {
  const [views, setViews] = useState(/** @type {View[]} */ ([]));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const chosen = views.find(({ id }) => id === query.get("view"));
  const isSame = chosen && same(fromKept(chosen.query), fromKept(toKept(query)));

  const load = () => get(`${PATH}?entity=outlets`).then(({ items }) => setViews(items));
  useEffect(() => {
    load().catch(setError);
  }, []);

  /** @param {() => Promise<View | null>} work what to do, and the view to be at afterwards */
  async function doing(work) {
    setError(null);
    try {
      const view = await work();
      await load();
      show(changed(query, { view: view?.id ?? null }));
      return true;
    } catch (failure) {
      setError(failure);
      return false;
    }
  }
  const open = (/** @type {View} */ view) => show(changed(fromKept(view.query), { view: view.id, show: query.get("show") }));
  const save = (/** @type {string} */ name, /** @type {boolean} */ shared) =>
    doing(() => request("PUT", PATH, { body: { entity: "outlets", name, shared, query: toKept(query) } }));
  const change = (/** @type {View} */ view, /** @type {object} */ body) => doing(() => request("PATCH", `${PATH}/${view.id}`, { body }));
  const drop = (/** @type {View} */ view) => doing(() => request("DELETE", `${PATH}/${view.id}`).then(() => null));

  const label = chosen
    ? html`<span class="pick-text">${chosen.name}${isSame ? "" : html` <span class="muted">${t("outlets.view_changed")}</span>`}</span>`
    : t("outlets.views");
  return html`<${Popover} label=${label} isOn=${Boolean(chosen)} className="is-views">
    ${(/** @type {() => void} */ close) => html`<div class="views">
      ${error !== null && html`<${ErrorBanner} error=${error} />`}
      ${
        views.length > 0 &&
        html`<ul>
          ${views.map(
            (view) => html`<li key=${view.id}>
              <button class="menu-item" aria-current=${view === chosen ? "true" : undefined} onClick=${() => (open(view), close())}>
                ${view.name} ${view.shared && html`<span class="badge">${t(view.own ? "outlets.view_shared" : "outlets.view_of_others")}</span>`}
              </button>
            </li>`,
          )}
        </ul>`
      }
      ${chosen?.own && html`<${Own} key=${chosen.id} ...${{ view: chosen, isSame, change, drop }} kept=${toKept(query)} />`}
      <${Save} save=${async (/** @type {string} */ name, /** @type {boolean} */ shared) => (await save(name, shared)) && close()} />
    </div>`}
  <//>`;
}

/** Rename, share, replace or delete the view that is shown. @param {{view: View, isSame: boolean | undefined, change: (view: View, body: object) => void, drop: (view: View) => void, kept: object}} props */
function Own({ view, isSame, change, drop, kept }) {
  const [name, setName] = useState(view.name);
  const rename = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (name.trim() && name.trim() !== view.name) change(view, { name: name.trim() });
  };
  return html`<form class="own-view" onSubmit=${rename}>
    <label>
      ${t("outlets.view_name")}
      <input value=${name} maxlength="100" onInput=${(/** @type {any} */ event) => setName(event.target.value)} />
    </label>
    <div class="actions">
      <button class="button" disabled=${!name.trim() || name.trim() === view.name}>${t("outlets.view_rename")}</button>
      ${!isSame && html`<button type="button" class="button" onClick=${() => change(view, { query: kept })}>${t("outlets.view_replace")}</button>`}
      <button type="button" class="button" onClick=${() => change(view, { shared: !view.shared })}>
        ${t(view.shared ? "outlets.view_unshare" : "outlets.view_share")}
      </button>
      <button type="button" class="button danger" onClick=${() => confirm(t("outlets.view_drop_sure", { name: view.name })) && drop(view)}>
        ${t("outlets.view_drop")}
      </button>
    </div>
  </form>`;
}

/** @param {{save: (name: string, shared: boolean) => void}} props */
function Save({ save }) {
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (name.trim()) save(name.trim(), shared);
  };
  return html`<form class="own-view" onSubmit=${send}>
    <label>
      ${t("outlets.view_save_as")}
      <input value=${name} maxlength="100" placeholder=${t("outlets.view_hint")} onInput=${(/** @type {any} */ event) => setName(event.target.value)} />
    </label>
    <label class="tick">
      <input type="checkbox" checked=${shared} onChange=${() => setShared(!shared)} />
      <span>${t("outlets.view_share_all")}</span>
    </label>
    <button class="button primary" disabled=${!name.trim()}>${t("outlets.view_save")}</button>
  </form>`;
}

/** @param {URLSearchParams} one @param {URLSearchParams} other */
function same(one, other) {
  const text = (/** @type {URLSearchParams} */ query) => [...query].map((pair) => pair.join("=")).sort().join("&");
  return text(one) === text(other);
}
