/** Where an outlet is, on a small map; its pin is put right by dragging, by a click or by figures. */
import { ErrorBanner } from "../shared/banner.js";
import { t } from "../shared/i18n.js";
import { html, useState } from "../shared/ui.js";
import { PinMap } from "./pin_map.js";

/** @param {{record: any, radius: number, save: (changes: any, version: number) => Promise<any>, reps: import("../types/api").Rep[]}} props */
export function Place({ record, radius, save, reps }) {
  const [point, setPoint] = useState(/** @type {{lat: number, lon: number} | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const nowhere = record.lat === null;
  const home = reps[0] && { lat: reps[0].home_lat, lon: reps[0].home_lon };
  const at = point ?? (nowhere ? (home ?? { lat: 0, lon: 0 }) : record);
  const changed = point !== null && (point.lat !== record.lat || point.lon !== record.lon);

  async function keep() {
    setBusy(true);
    setError(null);
    try {
      await save({ lat: at.lat, lon: at.lon }, record.version);
      setPoint(null);
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  }
  const figure = (/** @type {"lat" | "lon"} */ name) => html`<label>
    ${t(`field.${name}`)}
    <input type="number" step="any" value=${at[name]} onChange=${(/** @type {any} */ event) => event.target.value !== "" && setPoint({ lat: at.lat, lon: at.lon, [name]: Number(event.target.value) })} />
  </label>`;
  const delivery = record.delivery_lat !== null && record.delivery_lat !== undefined;
  const beside = delivery && !point ? [{ lat: record.delivery_lat, lon: record.delivery_lon, name: t("record.delivery") }] : [];
  return html`<section class="group" aria-label=${t("record.place")}>
    <div class="panel-head">
      <h3>${t("record.place")}</h3>
      ${!point && html`<button class="button small" onClick=${() => setPoint({ lat: at.lat, lon: at.lon })}>${t("record.move_pin")}</button>`}
    </div>
    ${nowhere && html`<p class="hint">${t("record.no_place")}</p>`}
    <${PinMap} lat=${at.lat} lon=${at.lon} name=${record.name} radius=${nowhere && !point ? 0 : radius} beside=${beside} moved=${point ? (/** @type {number} */ lat, /** @type {number} */ lon) => setPoint({ lat: rounded(lat), lon: rounded(lon) }) : undefined} />
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${
      point
        ? html`<p class="hint">${t("record.pin_hint")}</p>
            <div class="fields">${figure("lat")}${figure("lon")}</div>
            <div class="actions">
              <button class="button primary" disabled=${busy || !changed} onClick=${keep}>${t("record.save_pin")}</button>
              <button class="button" onClick=${() => (setPoint(null), setError(null))}>${t("common.cancel")}</button>
            </div>`
        : html`<p class="muted">${record.address || t("record.no_address")} · ${t("record.radius", { n: Math.round(radius) })}</p>`
    }
  </section>`;
}

/** About a tenth of a metre. @param {number} degrees */
const rounded = (degrees) => Math.round(degrees * 1e6) / 1e6;
