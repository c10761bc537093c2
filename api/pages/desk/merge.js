/** The merge queue: two outlets side by side, what to keep of each, and everything undoable. */
import { ErrorBanner, Notice } from "../shared/banner.js";
import { number, percent } from "../shared/format.js";
import { get, post } from "../shared/http.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useState } from "../shared/ui.js";

/** @typedef {import("../types/api").Pair} Pair */

const STATES = ["open", "merged", "different"];
const PARTS = /** @type {const} */ (["name", "phone", "place"]);

export function Merge() {
  const [state, setState] = useState("open");
  const [pairs, setPairs] = useState(/** @type {Pair[] | null} */ (null));
  const [total, setTotal] = useState(0);
  const [notice, setNotice] = useState(/** @type {{title: string, text: string, pair: Pair | null} | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);

  useEffect(() => void attempt(load), [state]);

  /** @param {() => Promise<void>} work */
  async function attempt(work) {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  }
  async function load() {
    const page = await get(`/duplicates?status=${state}&limit=20`);
    setPairs(page.items);
    setTotal(page.total);
  }
  const search = () =>
    attempt(async () => {
      const { added } = await post("/duplicates/search");
      setNotice({ title: t("merge.found", { n: number(added) }), text: "", pair: null });
      await load();
    });
  /** @param {Pair} pair @param {string} what @param {unknown} [body] */
  const decide = (pair, what, body) =>
    attempt(async () => {
      await post(`/duplicates/${pair.id}/${what}`, body);
      const names = { a: pair.first.name, b: pair.second.name };
      setNotice({ title: t(`merge.did_${what}`), text: t("merge.names", names), pair: what === "undo" ? null : pair });
      await load();
    });

  return html`<div class="panel-body wide-page" aria-busy=${busy}>
    <div class="panel-head">
      <h2>${t("merge.title")}</h2>
      <button class="button" disabled=${busy} onClick=${search}>${t("merge.search")}</button>
    </div>
    <p class="muted">${t("merge.hint")}</p>
    <div class="tabs" role="tablist">
      ${STATES.map(
        (name) => html`<button role="tab" aria-selected=${name === state} onClick=${() => (setNotice(null), setState(name))}>
          ${t(`merge.state_${name}`)}${name === state && pairs ? ` (${number(total)})` : ""}
        </button>`,
      )}
    </div>
    ${error !== null && html`<${ErrorBanner} error=${error} onClose=${() => setError(null)} />`}
    ${
      notice &&
      html`<div class="task-line">
        <${Notice} tone="good" title=${notice.title} text=${notice.text} />
        ${notice.pair && html`<button class="button" onClick=${() => notice.pair && decide(notice.pair, "undo")}>${t("import.undo")}</button>`}
      </div>`
    }
    ${pairs?.length === 0 && html`<p>${t(`merge.none_${state}`)}</p>`}
    ${pairs?.map((pair) => html`<${PairCard} key=${pair.id} ...${{ pair, decide, busy }} />`)}
  </div>`;
}

/** @param {{pair: Pair, busy: boolean, decide: (pair: Pair, what: string, body?: unknown) => void}} props */
function PairCard({ pair, busy, decide }) {
  const [keep, setKeep] = useState(/** @type {"first" | "second"} */ ("first"));
  const [chosen, setChosen] = useState(/** @type {Record<string, "first" | "second">} */ ({}));
  const other = keep === "first" ? "second" : "first";
  const open = pair.status === "open";
  const sideOf = (/** @type {import("../types/api").PairChoice} */ one) => chosen[one.choice] ?? (one[keep] || !one[other] ? keep : other);
  const differing = pair.choices.filter(({ first, second }) => first !== second);
  const same = pair.choices.filter(({ first, second }) => first === second && first);
  const repSide = chosen.rep ?? (pair[keep].rep || !pair[other].rep ? keep : other);
  const merge = () =>
    decide(pair, "merge", {
      keep_id: pair[keep].id,
      take: differing.filter((one) => sideOf(one) === other).map(({ choice }) => choice),
      rep_of_other: repSide === other,
    });
  /** @param {string} label @param {string} choice @param {{first: string, second: string}} values @param {"first" | "second"} side */
  const row = (label, choice, values, side) => html`<tr key=${choice}>
    <th scope="row">${label}</th>
    ${(/** @type {const} */ (["first", "second"])).map(
      (one) => html`<td class=${one === side && open ? "is-taken" : ""}>
        <label class="tick">
          ${
            open &&
            html`<input
              type="radio"
              name=${`${pair.id}-${choice}`}
              checked=${one === side}
              onChange=${() => setChosen({ ...chosen, [choice]: one })}
            />`
          }
          ${values[one] || html`<span class="muted">${t("import.empty")}</span>`}
        </label>
      </td>`,
    )}
  </tr>`;
  return html`<article class="pair">
    <header class="task-line">
      <h3>${t("merge.alike", { share: percent(pair.score) })}</h3>
      <span class="parts">
        ${PARTS.map((part) => {
          const value = pair.parts[part];
          return html`<span class=${value === null ? "part is-unknown" : "part"}>
            ${t(`merge.part_${part}`)} <b>${value === null ? t("merge.unknown") : percent(value)}</b>
          </span>`;
        })}
        <span class="part">${t("merge.metres", { n: number(Math.round(pair.parts.metres ?? 0)) })}</span>
      </span>
    </header>
    <table class="sheet pair-table">
      <thead>
        <tr>
          <th>${open ? t("merge.keep") : ""}</th>
          ${(/** @type {const} */ (["first", "second"])).map(
            (side) => html`<th class=${side === keep && open ? "is-taken" : ""}>
              <label class="tick">
                ${open && html`<input type="radio" name=${`${pair.id}-keep`} checked=${side === keep} onChange=${() => (setKeep(side), setChosen({}))} />`}
                <span>${pair[side].short_code} ${!open && pair.kept_id === pair[side].id && html`<span class="state is-published">${t("merge.kept")}</span>`}</span>
              </label>
            </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${differing.map((one) => row(t(`choice.${one.choice}`), one.choice, one, sideOf(one)))}
        ${
          pair.first.rep !== pair.second.rep &&
          row(t("merge.rep"), "rep", { first: pair.first.rep, second: pair.second.rep }, repSide)
        }
      </tbody>
    </table>
    ${same.length > 0 && html`<p class="muted">${t("merge.same")} ${same.map((one) => `${t(`choice.${one.choice}`)}: ${one.first}`).join(" · ")}</p>`}
    <div class="actions">
      ${
        open
          ? html`<button class="button primary" disabled=${busy} onClick=${merge}>${t("merge.merge", { code: pair[keep].short_code })}</button>
              <button class="button" disabled=${busy} onClick=${() => decide(pair, "different")}>${t("merge.different")}</button>`
          : pair.can_undo && html`<button class="button" disabled=${busy} onClick=${() => decide(pair, "undo")}>${t("import.undo")}</button>`
      }
    </div>
  </article>`;
}
