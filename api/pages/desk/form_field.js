/** A field of a form, drawn from its JSON Schema: text, number, choice, date, yes/no, lists and tables. */
import { number } from "../shared/format.js";
import { language, t } from "../shared/i18n.js";
import { html, useState } from "../shared/ui.js";
import { faultsAt, totalOf, wording } from "./form_values.js";

/** @typedef {import("./form_values.js").Schema} Schema */
/** @typedef {import("./form_values.js").Faults} Faults */
/** @typedef {{schema: Schema, value: any, onChange: (value: any) => void, path: string, title: string, faults: Faults, required?: boolean}} FieldProps */

const LONG_TEXT = 400;
let fields = 0;

/** Labels need an id that no other form on the page has. */
const newId = () => `field-${++fields}`;

/** One field with its title, what is asked of it and what is wrong with it. @param {FieldProps} props */
export function Field(props) {
  const { schema, value, path, title, faults, required } = props;
  const wrong = faultsAt(faults, path).map((fault) => wording(fault, schema, value));
  const whole = schema.type === "array" || schema.type === "object" || schema.type === "boolean";
  const name = html`${title}${required ? html`<span class="must" aria-hidden="true"> *</span>` : ""}`;
  const [id] = useState(newId);
  const says = html`<p class="fault" id=${`${id}-fault`} role="alert">${wrong.join(" ")}</p>`;
  if (whole) {
    return html`<fieldset class=${wrong.length ? "field is-wide is-wrong" : "field is-wide"}>
      <legend>${name}</legend>
      <${Whole} ...${props} />
      ${wrong.length > 0 && says}
    </fieldset>`;
  }
  return html`<div class=${fieldClass(schema, wrong)}>
    <label for=${id}>${name}</label>
    <${Input} ...${props} id=${id} wrong=${wrong.length > 0} />
    ${wrong.length > 0 && says}
  </div>`;
}

/** @param {Schema} schema @param {string[]} wrong */
function fieldClass(schema, wrong) {
  const wide = schema.type === "string" && (schema.maxLength ?? 0) > LONG_TEXT;
  return `field${wide ? " is-wide" : ""}${wrong.length ? " is-wrong" : ""}`;
}

/** The input of one value. @param {FieldProps & {id?: string, wrong: boolean}} props */
function Input({ schema, value, onChange, id, wrong, title, required }) {
  const common = {
    id,
    "aria-label": id ? undefined : title,
    "aria-invalid": wrong ? "true" : undefined,
    "aria-describedby": wrong && id ? `${id}-fault` : undefined,
    "aria-required": required ? "true" : undefined,
  };
  const typed = (/** @type {any} */ event) => onChange(event.target.value === "" ? undefined : event.target.value);
  if (schema.enum) {
    return html`<select ...${common} value=${value ?? ""} onChange=${typed}>
      <option value="">–</option>
      ${schema.enum.map((one) => html`<option value=${one}>${titleOf(schema.enumTitles?.[one], one)}</option>`)}
    </select>`;
  }
  if (schema.type === "number" || schema.type === "integer") {
    return html`<input
      ...${common}
      type="number"
      step=${schema.type === "integer" ? "1" : "any"}
      value=${value ?? ""}
      onInput=${(/** @type {any} */ event) => onChange(event.target.value === "" ? undefined : Number(event.target.value))}
    />`;
  }
  if ((schema.maxLength ?? 0) > LONG_TEXT) {
    return html`<textarea ...${common} rows="3" value=${value ?? ""} onInput=${typed}></textarea>`;
  }
  const type = schema.format === "date" ? "date" : schema.format === "email" ? "email" : "text";
  return html`<input ...${common} type=${type} value=${value ?? ""} onInput=${typed} />`;
}

/** What has more than one input. @param {FieldProps} props */
function Whole(props) {
  const { schema, value, onChange, path } = props;
  if (schema.type === "boolean") {
    const said = [
      [true, t("form.yes")],
      [false, t("form.no")],
    ];
    return html`<div class="ticks">
      ${said.map(
        ([one, words]) => html`<label class="tick">
          <input type="radio" name=${path} checked=${value === one} onChange=${() => onChange(one)} />${words}
        </label>`,
      )}
      ${value !== undefined && html`<button type="button" class="link" onClick=${() => onChange(undefined)}>${t("form.clear")}</button>`}
    </div>`;
  }
  if (schema.type === "object") return html`<${Fields} ...${props} schema=${schema} value=${value ?? {}} />`;
  const items = schema.items ?? {};
  if (items.enum) return html`<${Ticks} ...${props} />`;
  return html`<${Rows} ...${props} items=${items} rows=${value ?? []} change=${(/** @type {any[]} */ rows) => onChange(rows.length ? rows : undefined)} />`;
}

/** Several of a choice. @param {FieldProps} props */
function Ticks({ schema, value = [], onChange }) {
  const items = /** @type {Schema} */ (schema.items);
  const toggle = (/** @type {string} */ one) => {
    const left = value.includes(one) ? value.filter((/** @type {string} */ other) => other !== one) : [...value, one];
    onChange(left.length ? left : undefined);
  };
  return html`<div class="ticks">
    ${items.enum?.map(
      (one) => html`<label class="tick">
        <input type="checkbox" checked=${value.includes(one)} onChange=${() => toggle(one)} />${titleOf(items.enumTitles?.[one], one)}
      </label>`,
    )}
  </div>`;
}

/** A list of texts or a table of rows, with the sum of a column that must add up. @param {any} props */
function Rows({ schema, items, rows, change, path, title, faults }) {
  const isTable = items.type === "object";
  const names = isTable ? namesOf(items) : [];
  const set = (/** @type {number} */ at, /** @type {any} */ value) =>
    change(rows.map((/** @type {any} */ row, /** @type {number} */ index) => (index === at ? value : row)));
  const full = schema.maxItems !== undefined && rows.length >= schema.maxItems;
  return html`<div class="rows">
    ${rows.map(
      (/** @type {any} */ row, /** @type {number} */ at) => html`<div class="row" key=${at}>
        ${
          isTable
            ? names.map((name) => {
                const one = items.properties[name];
                return html`<${Field}
                  key=${name}
                  schema=${one}
                  value=${row?.[name]}
                  path=${`${path}.${at}.${name}`}
                  title=${titleOf(one.titles, name)}
                  faults=${faults}
                  required=${items.required?.includes(name)}
                  onChange=${(/** @type {any} */ value) => set(at, { ...row, [name]: value })}
                />`;
              })
            : html`<${Field}
                schema=${items}
                value=${row}
                path=${`${path}.${at}`}
                title=${t("form.nth", { title, n: at + 1 })}
                faults=${faults}
                onChange=${(/** @type {any} */ value) => set(at, value ?? "")}
              />`
        }
        <button
          type="button"
          class="button quiet"
          aria-label=${t("form.remove_nth", { title, n: at + 1 })}
          onClick=${() => change(rows.filter((/** @type {any} */ _, /** @type {number} */ index) => index !== at))}
        >
          ✕
        </button>
      </div>`,
    )}
    <div class="task-line">
      <button type="button" class="button" disabled=${full} onClick=${() => change([...rows, isTable ? {} : ""])}>
        + ${t("form.add", { title })}
      </button>
      ${schema.sumOf && rows.length > 0 && html`<${Sum} sumOf=${schema.sumOf} rows=${rows} items=${items} />`}
    </div>
  </div>`;
}

/** The live sum of a column. @param {any} props */
function Sum({ sumOf, rows, items }) {
  const sum = totalOf(rows, sumOf.field);
  const right = Math.abs(sum - sumOf.total) < 1e-6;
  const words = { title: titleOf(items.properties?.[sumOf.field]?.titles, sumOf.field), sum: number(sum, 2), total: number(sumOf.total, 2) };
  return html`<output class=${right ? "sum is-right" : "sum is-wrong"}>${right ? "✓ " : ""}${t("form.sum", words)}</output>`;
}

/** The fields of an object in their order. @param {FieldProps} props */
export function Fields({ schema, value, onChange, path, faults }) {
  return html`<div class="form-fields">
    ${namesOf(schema).map((name) => {
      const one = /** @type {Schema} */ (schema.properties?.[name]);
      return html`<${Field}
        key=${name}
        schema=${one}
        value=${value?.[name]}
        path=${`${path}.${name}`}
        title=${titleOf(one.titles, name)}
        faults=${faults}
        required=${schema.required?.includes(name)}
        onChange=${(/** @type {any} */ said) => onChange({ ...value, [name]: said })}
      />`;
    })}
  </div>`;
}

/** The fields in the order in which the template has them. @param {Schema} schema @returns {string[]} */
export const namesOf = (schema) => schema.order ?? Object.keys(schema.properties ?? {});

/** A title in the page's language. @param {{zh: string, en: string} | undefined} titles @param {string} otherwise */
export const titleOf = (titles, otherwise) => titles?.[language()] ?? otherwise;
