/** Errors and notices as people see them: what happened and what to do. */
import { explained, t } from "./i18n.js";
import { html } from "./ui.js";

/**
 * @param {{error: unknown, onRetry?: () => void, onClose?: () => void}} props
 */
export function ErrorBanner({ error, onRetry, onClose }) {
  const { cause, action, faults } = explained(error);
  return html`<div class="banner bad" role="alert">
    <div class="grow">
      <strong>${cause}</strong>
      <div>${action}</div>
      ${
        faults.length > 0 &&
        html`<ul class="faults">
          ${faults.map((fault) => html`<li>${fault.cause} ${fault.action}</li>`)}
        </ul>`
      }
    </div>
    ${onRetry && html`<button class="button" onClick=${onRetry}>${t("common.retry")}</button>`}
    ${
      onClose &&
      html`<button class="button quiet" aria-label=${t("common.close")} onClick=${onClose}>✕</button>`
    }
  </div>`;
}

/** @param {{tone?: string, title: string, text?: string}} props */
export function Notice({ tone = "", title, text }) {
  return html`<div class=${`banner ${tone}`} role="status">
    <div class="grow"><strong>${title}</strong>${text}</div>
  </div>`;
}
