/** A button with a small panel below it, and a panel of things to tick. */
import { number } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { html, useEffect, useRef, useState } from "../shared/ui.js";

/** From so many options on a panel has a box to look for one. */
const LONG_LIST = 10;

/** @typedef {{value: string, text: string, count?: number}} Option */

/**
 * Closes on Escape, and when something outside is clicked or focused.
 * @param {{label: any, name?: string, isOn?: boolean, className?: string, children?: any}} props
 */
export function Popover({ label, name, isOn, className, children }) {
  const [open, setOpen] = useState(false);
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const button = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (!open) return undefined;
    const left = (/** @type {Event} */ event) => {
      if (event.target instanceof Node && event.target.isConnected && !frame.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", left);
    document.addEventListener("focusin", left);
    return () => {
      document.removeEventListener("pointerdown", left);
      document.removeEventListener("focusin", left);
    };
  }, [open]);
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };
  return html`<div class=${`popover ${className ?? ""}`} ref=${frame} onKeyDown=${key}>
    <button
      type="button"
      ref=${button}
      class=${isOn ? "pick is-on" : "pick"}
      aria-expanded=${open}
      aria-label=${name}
      onClick=${() => setOpen(!open)}
    >
      ${label}<span class="caret" aria-hidden="true">▾</span>
    </button>
    ${open && html`<div class="popover-body">${typeof children === "function" ? children(() => setOpen(false)) : children}</div>`}
  </div>`;
}

/**
 * Some of many: the button tells which.
 * @param {{label: string, options: Option[], chosen: string[], choose: (chosen: string[]) => void, single?: boolean}} props
 */
export function Pick({ label, options, chosen, choose, single }) {
  const texts = chosen.map((value) => options.find((one) => one.value === value)?.text ?? value);
  const shown = texts.length > 2 ? t("outlets.pick_many", { first: texts[0], n: texts.length - 1 }) : texts.join(", ");
  const text = texts.length ? html`<span class="pick-text"><span class="muted">${label}:</span> ${shown}</span>` : label;
  return html`<${Popover} label=${text} isOn=${texts.length > 0}>
    ${() => html`<${Options} ...${{ label, options, chosen, choose, single }} />`}
  <//>`;
}

/** @param {{label: string, options: Option[], chosen: string[], choose: (chosen: string[]) => void, single?: boolean}} props */
function Options({ label, options, chosen, choose, single }) {
  const [words, setWords] = useState("");
  const fitting = options.filter(({ text }) => text.toLowerCase().includes(words.trim().toLowerCase()));
  const tick = (/** @type {string} */ value) => {
    const rest = chosen.filter((one) => one !== value);
    if (rest.length < chosen.length) choose(rest);
    else choose(single ? [value] : [...chosen, value]);
  };
  return html`<fieldset class="ticks">
    <legend class="visually-hidden">${label}</legend>
    ${
      options.length > LONG_LIST &&
      html`<input
        type="search"
        aria-label=${t("outlets.look_for")}
        placeholder=${t("outlets.look_for")}
        value=${words}
        onInput=${(/** @type {any} */ event) => setWords(event.target.value)}
      />`
    }
    <div class="ticks-list">
      ${fitting.map(
        ({ value, text, count }) => html`<label key=${value} class="tick">
          <input type="checkbox" checked=${chosen.includes(value)} onChange=${() => tick(value)} />
          <span class="grow">${text}</span>${" "}
          ${count !== undefined && html`<span class="muted count">${number(count)}</span>`}
        </label>`,
      )}
      ${fitting.length === 0 && html`<p class="muted">${t("outlets.nothing_like_it")}</p>`}
    </div>
  </fieldset>`;
}
