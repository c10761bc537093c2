/** What hangs on a record: people, tags, competitors, papers; each can be added and taken off. */
import { ErrorBanner } from "../shared/banner.js";
import { number } from "../shared/format.js";
import { get, request } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";
import { ATTACHMENT, COMPETITOR, COMPLAINT, CONTACT, wholeDay } from "./record_fields.js";
import { given } from "./form_values.js";
import { RecordForm } from "./record_form.js";

/** @typedef {{title: string, items: any[], fields: Record<string, any>, row: (item: any) => any, add: (values: any) => Promise<any>, change?: (id: string, values: any) => Promise<any>, remove?: (id: string) => Promise<any>, blank?: any}} PartProps */

/** A list with a form for a new one, or for changing one. @param {PartProps} props */
function Part({ title, items, fields, row, add, change, remove, blank = {} }) {
  const [open, setOpen] = useState(/** @type {string | null} */ (null));
  const [draft, setDraft] = useState(blank);
  const [error, setError] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  /** @param {() => Promise<any>} work */
  async function doing(work) {
    setBusy(true);
    setError(null);
    try {
      await work();
      setOpen(null);
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  }
  const start = (/** @type {string} */ id, /** @type {any} */ values) => (setError(null), setDraft(values), setOpen(id));
  const submit = (/** @type {any} */ event) => {
    event.preventDefault();
    const cleared = Object.fromEntries(Object.keys(fields).map((name) => [name, fields[name].type === "boolean" ? false : ""]));
    const values = given(draft);
    doing(() => (open === "new" ? add(values) : change?.(open ?? "", { ...cleared, ...values }) ?? Promise.resolve()));
  };
  const form = html`<${RecordForm} ...${{ fields, draft, setDraft, error, setError, busy, submit, done: () => setOpen(null) }} />`;
  return html`<section class="group" aria-label=${title}>
    <div class="panel-head">
      <h3>${title}</h3>
      ${open !== "new" && html`<button class="button small" aria-label=${t("form.add", { title })} onClick=${() => start("new", blank)}>+ ${t("record.add")}</button>`}
    </div>
    ${open === null && error && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${items.length === 0 && open === null && html`<p class="muted">${t("record.none")}</p>`}
    <ul class="part-list">
      ${items.map((item) =>
        open === item.id
          ? html`<li key=${item.id}>${form}</li>`
          : html`<li key=${item.id}>
              <div class="grow">${row(item)}</div>
              ${change && html`<button class="button small" onClick=${() => start(item.id, item)}>${t("record.edit")}</button>`}
              ${remove && html`<button class="button small quiet" aria-label=${t("record.remove", { name: item.name ?? item.competitor })} disabled=${busy} onClick=${() => confirm(t("record.remove_sure", { name: item.name })) && doing(() => remove(item.id))}>✕</button>`}
            </li>`,
      )}
    </ul>
    ${open === "new" && form}
  </section>`;
}

/** @param {{path: string, record: any, reload: () => Promise<void>}} props */
export function Contacts({ path, record, reload }) {
  const row = (/** @type {any} */ one) => html`<strong>${one.name}</strong> ${one.decision_maker && html`<span class="badge good">${t("record.decides")}</span>`}
    <div class="muted">${one.title}</div>
    <div>${one.phone && html`<a href=${`tel:${one.phone}`}>${one.phone}</a>`}${one.phone && one.email ? " · " : ""}${one.email && html`<a href=${`mailto:${one.email}`}>${one.email}</a>`}</div>
    ${one.remarks && html`<div class="muted">${one.remarks}</div>`}`;
  return html`<${Part}
    title=${t("record.contacts")}
    items=${record.contacts}
    fields=${CONTACT}
    blank=${{ decision_maker: false }}
    row=${row}
    add=${(/** @type {any} */ body) => request("POST", `${path}/contacts`, { body }).then(reload)}
    change=${(/** @type {string} */ id, /** @type {any} */ body) => request("PATCH", `/contacts/${id}`, { body: pick(body, CONTACT) }).then(reload)}
    remove=${(/** @type {string} */ id) => request("DELETE", `/contacts/${id}`).then(reload)}
  />`;
}

/** @param {{path: string, record: any, reload: () => Promise<void>}} props */
export function Competitors({ path, record, reload }) {
  const row = (/** @type {any} */ one) => html`<strong>${one.competitor}</strong> ${one.product}${" "}
    ${one.share_percent !== null && html`<span class="badge">${t("record.share", { n: number(one.share_percent, 1) })}</span>`}
    <div class="muted">${wholeDay(one.seen_on)} ${one.note}</div>`;
  return html`<${Part}
    title=${t("record.competitors")}
    items=${record.competitors}
    fields=${COMPETITOR}
    row=${row}
    add=${(/** @type {any} */ body) => request("POST", `${path}/competitors`, { body }).then(reload)}
  />`;
}

/** @param {{path: string, record: any, reload: () => Promise<void>}} props */
export function Attachments({ path, record, reload }) {
  const row = (/** @type {any} */ one) => html`${opens(one.url) ? html`<a href=${one.url} target="_blank" rel="noreferrer noopener">${one.name}</a>` : html`<strong>${one.name}</strong>`}${" "}
    <span class="badge">${t(`attachment.${one.kind}`)}</span>
    <div class="muted checksum" title=${one.sha256}>SHA-256 ${one.sha256.slice(0, 12)}…</div>`;
  return html`<${Part}
    title=${t("record.attachments")}
    items=${record.attachments}
    fields=${ATTACHMENT()}
    blank=${{ kind: "document" }}
    row=${row}
    add=${(/** @type {any} */ body) => request("POST", `${path}/attachments`, { body: { url: "", sha256: "", name: "", ...body } }).then(reload)}
    remove=${(/** @type {string} */ id) => request("DELETE", `/attachments/${id}`).then(reload)}
  />`;
}

/** Complaints of an outlet; they are worked on at the page of care. @param {{path: string, record: any, reload: () => Promise<void>}} props */
export function OutletComplaints({ path, record, reload }) {
  const [items, setItems] = useState(/** @type {any[]} */ ([]));
  const read = () => get(`/complaints?outlet_id=${record.id}`).then((page) => setItems(page.items), () => undefined);
  useEffect(() => void read(), []);
  const row = (/** @type {any} */ one) => html`<strong>${one.subject}</strong> <span class=${`badge ${one.late ? "bad" : ""}`}>${t(`complaint.${one.status}`)}</span>
    <div class="muted">${[t(`severity.${one.severity}`), one.due && t("complaint.due", { date: wholeDay(one.due) })].filter(Boolean).join(" · ")}</div>`;
  return html`<${Part}
    title=${t("care.complaints")}
    items=${items}
    fields=${COMPLAINT()}
    blank=${{ severity: "normal" }}
    row=${row}
    add=${(/** @type {any} */ body) => request("POST", `${path}/complaints`, { body: { subject: "", ...body } }).then(reload).then(read)}
  />`;
}

/** @param {{path: string, record: any, reload: () => Promise<void>}} props */
export function Tags({ path, record, reload }) {
  const [word, setWord] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const names = record.tags.map((/** @type {any} */ tag) => tag.name);
  const put = (/** @type {string[]} */ tags) =>
    request("PUT", `${path}/tags`, { body: { tags } })
      .then(reload)
      .then(() => (setWord(""), setError(null)), setError);
  const add = (/** @type {any} */ event) => {
    event.preventDefault();
    if (word.trim()) put([...new Set([...names, word.trim()])]);
  };
  return html`<form class="tags" onSubmit=${add} aria-label=${t("record.tags")}>
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${names.map(
      (/** @type {string} */ name) => html`<span class="tag" key=${name}>
        ${name}
        <button type="button" aria-label=${t("record.remove", { name })} onClick=${() => put(names.filter((/** @type {string} */ other) => other !== name))}>✕</button>
      </span>`,
    )}
    <input aria-label=${t("record.new_tag")} placeholder=${`+ ${t("record.new_tag")}`} maxlength="60" value=${word} onInput=${(/** @type {any} */ event) => setWord(event.target.value)} />
  </form>`;
}

/** @param {any} body @param {Record<string, any>} fields */
const pick = (body, fields) => Object.fromEntries(Object.keys(fields).map((name) => [name, body[name]]));

/** Only what opens as a page or a file, never script. @param {string} url */
const opens = (url) => /^(https?:\/\/|\/)/.test(url);
