/** The list as a map: the same filters, outlets in clusters, the one that was clicked as a card. */
import { ErrorBanner } from "../shared/banner.js";
import { number } from "../shared/format.js";
import { get } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useRef, useState } from "../shared/ui.js";
import { ClusterLayer } from "./cluster_layer.js";
import { since, statusName, titleOf } from "./outlet_columns.js";
import { addressOf, changed, narrowing } from "./outlet_query.js";
import { linkTo } from "./route.js";

/** @typedef {import("../types/api").OutletPoints} OutletPoints */
/** @typedef {import("../types/api").OutletRow} OutletRow */

/** @param {{map: any, query: URLSearchParams, beside: import("./outlet_columns.js").Beside, counted: (total: number) => void}} props */
export function OutletMap({ map, query, beside, counted }) {
  const [points, setPoints] = useState(/** @type {OutletPoints | null} */ (null));
  const [picked, setPicked] = useState(/** @type {OutletRow[]} */ ([]));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [tries, setTries] = useState(0);
  const layer = useRef(/** @type {ClusterLayer | null} */ (null));
  const filter = narrowing(query).toString();

  const pick = (/** @type {string[]} */ ids) => {
    layer.current?.pick(ids.length === 1 ? ids[0] : "");
    const read = ids.map((id) => get(`/outlets/${id}`));
    Promise.all(read).then(setPicked, setError);
  };
  useEffect(() => {
    layer.current = new ClusterLayer(map, pick);
    return () => layer.current?.remove();
  }, []);
  useEffect(() => {
    const stop = new AbortController();
    setError(null);
    get(`/outlets/points?${filter}`, { signal: stop.signal }).then(
      (found) => {
        setPoints(found);
        setPicked([]);
        counted(found.total);
        layer.current?.show(found, true);
      },
      (failure) => stop.signal.aborted || setError(failure),
    );
    return () => stop.abort();
  }, [filter, tries]);

  if (error !== null) return html`<${ErrorBanner} error=${error} onRetry=${() => setTries(tries + 1)} />`;
  if (!points) return html`<p class="muted" role="status">${t("outlets.loading_map")}</p>`;
  return html`<div class="on-map">
    <p class="muted" role="status">${t("outlets.on_map", { n: number(points.id.length) })}</p>
    ${
      points.without_place > 0 &&
      html`<p class="hint">
        ${t("outlets.without_place", { n: number(points.without_place) })}${" "}
        <a href=${addressOf(changed(query, { no_place: "true", show: null }))}>${t("outlets.without_place_show")}</a>
      </p>`
    }
    ${points.left_out > 0 && html`<p class="hint">${t("outlets.left_out", { n: number(points.left_out) })}</p>`}
    ${picked.length > 1 && html`<h3>${t("outlets.same_place")}</h3>`}
    ${picked.map((one) => html`<${Card} key=${one.id} outlet=${one} beside=${beside} />`)}
    ${picked.length === 0 && html`<p class="muted">${t("outlets.map_hint")}</p>`}
  </div>`;
}

/** @param {{outlet: any, beside: import("./outlet_columns.js").Beside}} props */
function Card({ outlet, beside }) {
  return html`<article class="outlet-card">
    <h3><a href=${linkTo("outlets", outlet.id)}>${outlet.name}</a></h3>
    <p class="card-line">
      <b class="grade-mark">${outlet.grade}</b> <span>${outlet.short_code}</span>
      <span class=${`badge life is-${outlet.status}`}>${statusName(outlet.status)}</span>
    </p>
    <dl>
      ${[
        [titleOf("channel"), outlet.channel],
        [titleOf("rep"), outlet.rep_id ? (beside.reps.get(outlet.rep_id) ?? t("outlets.other_rep")) : t("outlets.no_rep")],
        [titleOf("phone"), outlet.phone],
        [titleOf("address"), outlet.address],
        [titleOf("last_visit"), "last_visit" in outlet ? since(outlet.last_visit, beside.today) : ""],
      ]
        .filter(([, value]) => value)
        .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
    </dl>
    <a class="button" href=${linkTo("outlets", outlet.id)}>${t("outlets.open_record")}</a>
  </article>`;
}
