/** The sections of a form, in the order of the template. */
import { language, t } from "../shared/i18n.js";
import { namesOf } from "./form_field.js";

/** @typedef {import("./form_values.js").Schema} Schema */

/**
 * The fields that may be shown, by section; those without one come last.
 * @param {Schema} schema @param {Set<string>} hidden
 * @returns {{key: string, title: string, names: string[]}[]}
 */
export function sectionsOf(schema, hidden) {
  const names = namesOf(schema).filter((name) => !hidden.has(name));
  const keys = [...new Set(names.map((name) => schema.properties?.[name]?.section ?? ""))];
  return keys.map((key) => ({
    key,
    title: schema.sections?.[key]?.[language()] ?? (key ? key : t("forms.other")),
    names: names.filter((name) => (schema.properties?.[name]?.section ?? "") === key),
  }));
}

/** Sensitive fields that nobody has opened. @param {import("../types/api").Template} template */
export const hiddenOf = (template) => new Set(template.sensitive.filter((name) => !template.opened.includes(name)));
