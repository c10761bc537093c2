/** What reps propose from the field: new outlets, better pins, closed and moved ones; accepted or refused. */
import { ErrorBanner, Notice } from "../shared/banner.js";
import { distance, number } from "../shared/format.js";
import { get, post } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { Field } from "./form_field.js";
import { faultsOf, given, withoutField } from "./form_values.js";
import { PinMap } from "./pin_map.js";
import { fieldTitle, moment } from "./record_fields.js";
import { linkTo } from "./route.js";

/** @typedef {import("../types/api").FieldProposal} FieldProposal */

const STATES = ["open", "accepted", "refused"];
const NEW_FIELDS = ["short_code", "name", "channel", "grade_code", "address", "phone", "owner_name"];

/** @param {{reps: import("../types/api").Rep[]}} props */
export function Proposals({ reps }) {
  const [state, setState] = useState("open");
  const [items, setItems] = useState(/** @type {FieldProposal[] | null} */ (null));
  const [chosen, setChosen] = useState(/** @type {string | null} */ (null));
  const [done, setDone] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const load = () => get(`/proposals?status=${state}`).then((page) => (setItems(page.items), page.items));
  useEffect(() => {
    setItems(null);
    load().then((all) => setChosen(all[0]?.id ?? null), setError);
  }, [state]);

  const item = items?.find(({ id }) => id === chosen);
  const repName = (/** @type {string} */ id) => reps.find((rep) => rep.id === id)?.name ?? "";
  async function decided(/** @type {string} */ words) {
    const at = items?.findIndex(({ id }) => id === chosen) ?? 0;
    const left = await load();
    setChosen(left[Math.min(at, left.length - 1)]?.id ?? null);
    setDone(words);
  }
  return html`<div class="panel-body wide-page record">
    <div class="panel-head"><h2>${t("proposals.title")}</h2></div>
    <p class="muted">${t("proposals.about")}</p>
    <div class="tabs" role="tablist">
      ${STATES.map((name) => html`<button role="tab" key=${name} aria-selected=${name === state} onClick=${() => (setDone(""), setState(name))}>${t(`proposals.${name}`)}${name === state && items ? ` (${number(items.length)})` : ""}</button>`)}
    </div>
    ${error !== null && html`<${ErrorBanner} error=${error} onRetry=${() => (setError(null), load().catch(setError))} />`}
    ${done && html`<${Notice} tone="good" title=${done} />`}
    ${items === null && error === null && html`<p class="muted" role="status">${t("common.loading")}</p>`}
    ${items?.length === 0 && html`<p>${t(`proposals.none_${state}`)}</p>`}
    <div class="queue">
      <div class="cards">
        ${items?.map(
          (one) => html`<button key=${one.id} class="card" aria-pressed=${one.id === chosen} onClick=${() => (setDone(""), setChosen(one.id))}>
            <span class="grow">
              <span><span class="badge">${t(`proposals.kind_${one.kind}`)}</span></span>
              <strong>${one.outlet_name ?? one.values.name}</strong>
              <span class="muted">${repName(one.rep_id)} · ${moment(one.proposed_at)}</span>
            </span>
          </button>`,
        )}
      </div>
      ${item && html`<${Decision} key=${item.id} item=${item} rep=${repName(item.rep_id)} decided=${decided} />`}
    </div>
  </div>`;
}

/** @param {{item: FieldProposal, rep: string, decided: (words: string) => Promise<void>}} props */
function Decision({ item, rep, decided }) {
  const [outlet, setOutlet] = useState(/** @type {any} */ (null));
  const [grades, setGrades] = useState(/** @type {string[]} */ ([]));
  const [draft, setDraft] = useState(/** @type {any} */ ({ ...item.values }));
  const [note, setNote] = useState("");
  const [error, setError] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const isNew = item.kind === "new_outlet";
  const open = item.status === "open";
  useEffect(() => {
    if (item.outlet_id) get(`/outlets/${item.outlet_id}`).then(setOutlet, setError);
    if (isNew) get("/grades").then(({ items }) => setGrades(items.map((/** @type {any} */ one) => one.code)), () => undefined);
  }, []);

  /** @param {string} what @param {any} body */
  async function decide(what, body) {
    setBusy(true);
    setError(null);
    try {
      await post(`/proposals/${item.id}/${what}`, body);
      await decided(t(`proposals.did_${what}`, { name: item.outlet_name ?? item.values.name }));
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }
  const accept = () => {
    const { short_code, ...values } = given(draft);
    const changes = Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== item.values[name]));
    decide("accept", { changes, note, ...(short_code ? { short_code } : {}) });
  };
  const place = typeof draft.lat === "number" ? draft : outlet;
  const now = typeof draft.lat === "number" && outlet?.lat !== null && outlet?.lat !== undefined ? [{ lat: outlet.lat, lon: outlet.lon, name: t("proposals.now") }] : [];
  const faults = faultsOf(error);
  for (const [path, list] of faults) if (path.startsWith("changes.")) faults.set(path.slice(8), list);
  const rest = error && withoutField(error, (path) => NEW_FIELDS.includes(path.replace(/^changes\./, "")) || path === "note");
  const shape = (/** @type {string} */ name) => (name === "grade_code" && grades.length ? { type: "string", enum: grades } : { type: "string", maxLength: 200 });
  return html`<section class="group decision-card" aria-label=${item.outlet_name ?? item.values.name}>
    <div class="panel-head">
      <h3>${item.outlet_name ?? item.values.name}</h3>
      ${item.outlet_id && html`<a href=${linkTo("outlets", item.outlet_id)}>${t("proposals.record")}</a>`}
    </div>
    <p><span class="badge">${t(`proposals.kind_${item.kind}`)}</span> ${t("proposals.by", { name: rep })}</p>
    ${item.note && html`<blockquote>${item.note}</blockquote>`}
    ${item.photo && html`<p><a href=${item.photo.url} target="_blank" rel="noreferrer noopener">${t("proposals.photo")}: ${item.photo.name}</a></p>`}
    ${
      place &&
      html`<${PinMap}
        lat=${place.lat}
        lon=${place.lon}
        name=${now.length ? t("proposals.proposed") : (item.outlet_name ?? item.values.name)}
        beside=${now}
        moved=${open && item.kind !== "closed" ? (/** @type {number} */ lat, /** @type {number} */ lon) => setDraft({ ...draft, lat, lon }) : undefined}
      />`
    }
    ${now.length > 0 && html`<p>${t("proposals.moves", { distance: distance(metres(now[0], draft)) })} <span class="muted">${open ? t("proposals.may_drag") : ""}</span></p>`}
    ${
      open && isNew &&
      html`<div class="form-fields">
        ${NEW_FIELDS.map((name) => html`<${Field} key=${name} schema=${shape(name)} value=${draft[name]} path=${name} title=${fieldTitle(name)} faults=${faults} required=${["short_code", "name", "channel", "grade_code"].includes(name)} onChange=${(/** @type {any} */ value) => setDraft({ ...draft, [name]: value })} />`)}
      </div>`
    }
    ${rest && html`<${ErrorBanner} error=${rest} onClose=${() => setError(null)} />`}
    ${
      open
        ? html`<${Field} schema=${{ type: "string", maxLength: 4000 }} value=${note} path="note" title=${t("proposals.note")} faults=${faults} onChange=${(/** @type {any} */ value) => setNote(value ?? "")} />
            <div class="actions">
              <button class="button primary" disabled=${busy} onClick=${accept}>${t("proposals.accept")}</button>
              <button class="button danger" disabled=${busy || !note.trim()} title=${note.trim() ? "" : t("proposals.say_why")} onClick=${() => decide("refuse", { note })}>${t("proposals.refuse")}</button>
              ${!note.trim() && html`<span class="muted">${t("proposals.say_why")}</span>`}
            </div>`
        : html`<p class="muted">${t(`proposals.${item.status}`)} ${item.decided_at && moment(item.decided_at)} ${item.decision_note}</p>`
    }
  </section>`;
}

/** Metres between two places near each other. @param {{lat: number, lon: number}} a @param {{lat: number, lon: number}} b */
function metres(a, b) {
  const east = (b.lon - a.lon) * Math.cos((a.lat * Math.PI) / 180);
  return 111_195 * Math.hypot(b.lat - a.lat, east);
}
