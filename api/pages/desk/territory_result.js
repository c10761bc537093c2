/** What saving a territory changed: its load before and after, outlets that would change hands. */
import { hours, number } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { html } from "../shared/ui.js";

/** @typedef {import("../types/api").Territory} Territory */

/**
 * @param {{before: Territory | null, after: import("../types/api").SavedTerritory,
 *   busy: boolean, apply: () => void}} props
 */
export function SavedResult({ before, after, busy, apply }) {
  const { gained, lost, overlaps, overlaps_count, uncovered, uncovered_count } = after.proposal;
  const old = before?.properties.counts;
  const { counts, name, version } = after.properties;
  /** @type {[string, (value: number) => string, "outlets" | "visits" | "minutes"][]} */
  const rows = [
    ["territory.outlets", number, "outlets"],
    ["territory.visits", number, "visits"],
    ["territory.hours", hours, "minutes"],
  ];
  return html`<section class="result" role="status">
    <h3>${t("territory.saved", { name, n: version })}</h3>
    <table>
      <thead>
        <tr><td></td><th scope="col">${t("territory.before")}</th><th scope="col">${t("territory.after")}</th></tr>
      </thead>
      <tbody>
        ${rows.map(
          ([key, format, field]) => html`<tr>
            <th scope="row">${t(key)}</th>
            <td>${old ? format(old[field]) : "–"}</td>
            <td><strong>${format(counts[field])}</strong></td>
          </tr>`,
        )}
      </tbody>
    </table>
    <${Changes} title=${t("territory.gained", { n: gained.length })} changes=${gained} sign="+" from="territory.from" />
    <${Changes} title=${t("territory.lost", { n: lost.length })} changes=${lost} sign="−" from="territory.to" />
    <${Doubts} title="territory.overlaps" rule="territory.overlaps_rule" outlets=${overlaps} count=${overlaps_count} />
    <${Doubts} title="territory.uncovered" rule="territory.uncovered_rule" outlets=${uncovered} count=${uncovered_count} />
    ${
      gained.length + lost.length > 0 &&
      html`<p class="muted">${t("territory.not_applied")}</p>
        <button class="button primary" disabled=${busy} onClick=${apply}>${t("territory.apply")}</button>`
    }
  </section>`;
}

/** @param {{title: string, changes: import("../types/api").ProposalChange[], sign: string, from: string}} props */
function Changes({ title, changes, sign, from }) {
  if (changes.length === 0) return html`<p>${title}</p>`;
  return html`<details open=${changes.length <= 6}>
    <summary>${title}</summary>
    <ul class="changes">
      ${changes.map(
        (change) => html`<li key=${change.outlet_id}>
          <span aria-hidden="true">${sign}</span> ${change.outlet_name}
          ${change.rep_name && html`<span class="muted"> ${t(from, { rep: change.rep_name })}</span>`}
        </li>`,
      )}
    </ul>
  </details>`;
}

/**
 * Outlets that lie in several territories or in none, of all reps; nothing where there are none.
 * @param {{title: string, rule: string, count: number,
 *   outlets: (import("../types/api").NamedOutlet & {territories?: string[]})[]}} props
 */
function Doubts({ title, rule, outlets, count }) {
  if (count === 0) return null;
  return html`<details class="doubts">
    <summary>${t(title, { n: count })}</summary>
    <p class="muted">${t(rule)}</p>
    <ul class="changes">
      ${outlets.map(
        ({ outlet_id, outlet_name, territories }) => html`<li key=${outlet_id}>
          ${outlet_name} ${territories && html`<span class="muted">${territories.join(" · ")}</span>`}
        </li>`,
      )}
      ${count > outlets.length && html`<li class="muted">${t("territory.more", { n: count - outlets.length })}</li>`}
    </ul>
  </details>`;
}
