/** Asks why a stop is skipped; the reason is part of the visit. */
import { t } from "../shared/i18n.js";
import { html, useEffect, useRef } from "../shared/ui.js";

export const REASONS = ["closed", "no_decision_maker", "refused", "no_access", "no_time", "other"];

/**
 * @param {{name: string, choose: (reason: string) => void, close: () => void}} props
 */
export function SkipSheet({ name, choose, close }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => dialog.current?.showModal(), []);
  return html`<dialog
    ref=${dialog}
    class="sheet"
    aria-labelledby="skip-title"
    onClose=${close}
    onClick=${(/** @type {MouseEvent} */ event) => event.target === dialog.current && close()}
  >
    <div class="sheet-body">
      <h2 id="skip-title">${t("skip.title")}</h2>
      <p class="muted">${name}</p>
      ${REASONS.map(
        (reason) =>
          html`<button class="button" onClick=${() => choose(reason)}>${t(`skip.${reason}`)}</button>`,
      )}
      <button class="button quiet" onClick=${close}>${t("common.cancel")}</button>
    </div>
  </dialog>`;
}
