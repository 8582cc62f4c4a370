// The right side for a question: everything about it, what its kind needs first, the rest folded away.
import { type TemplateResult, html, nothing } from "lit-html";
import { copy, drop, moveTo, relabel } from "./_form_acts";
import { earlier, readable } from "./_form_leaves";
import { type Field, type Met, NESTING, changeField, insideOf, listAt, put, walk } from "./_form_model";
import { rename, slug, unique } from "./_form_names";
import { options, parts } from "./_form_options";
import { type Choice, type Drawn, box, count, faults, icon, select, tick } from "./_form_parts";
import { condition, reckoning } from "./_rule_view";
import type { Studio } from "./_form_studio";

const TYPED = ["text", "long_text", "number", "money", "date", "person", "organisation", "address"];
const ALIKE = [
  ["text", "long_text"],
  ["number", "money"],
  ["choice", "choices"],
  ["file", "signature"],
];

export type Change = (key: string, value: unknown, joined?: boolean) => void;

function text(field: Field, key: string): string {
  return typeof field[key] === "string" ? (field[key] as string) : "";
}

/** What only some kinds have. */
function own(studio: Studio, one: Met, change: Change): TemplateResult {
  const { field } = one;
  const t = studio.t;
  const is = (...kinds: string[]): boolean => kinds.includes(field.kind);
  const choose = (label: string, key: string, choices: Choice[], hint = ""): TemplateResult =>
    select(label, choices, text(field, key), (value) => change(key, value), hint);
  const number = (label: string, key: string, least?: number): TemplateResult =>
    count(label, field[key], (value) => change(key, value), { least, step: least === undefined ? "any" : "1", of: key });
  const dates = readable(studio.def, studio.setup.parts, one.table, (each) => each.path !== one.path).filter((leaf) => leaf.kind === "date" && !leaf.name.startsWith("row."));
  return html`
    ${is("choice", "choices") ? options(studio, one, change) : nothing}
    ${is("person", "organisation") ? parts(studio, field, change) : nothing}
    ${is("text") ? choose(t("format"), "format", [{ value: "", label: t("any_text") }, ...studio.setup.formats]) : nothing}
    ${is("text", "long_text") ? number(t("max_length"), "max_length", 1) : nothing}
    ${is("number", "money") ? html`<div class="fm-pair">${number(t("minimum"), "minimum")}${number(t("maximum"), "maximum")}</div>` : nothing}
    ${is("number") ? number(t("decimals"), "decimals", 0) : nothing}
    ${is("number", "computed") ? box(t("unit"), text(field, "unit"), (value) => change("unit", value, true), { placeholder: t("unit_example") }) : nothing}
    ${is("date") ? choose(t("when"), "when", [{ value: "", label: t("any_day") }, { value: "past", label: t("past") }, { value: "future", label: t("future") }]) : nothing}
    ${is("date") ? tick(t("partial"), field.partial === true, (on) => change("partial", on)) : nothing}
    ${is("address") ? choose(t("as_of"), "as_of", [{ value: "", label: t("as_of_today") }, ...dates.map((leaf) => ({ value: leaf.name, label: t("as_of_date", { label: leaf.label }) }))], t("as_of_hint")) : nothing}
    ${is("table", "file") ? html`<div class="fm-pair">${number(t(is("table") ? "rows_min" : "files_min"), "rows_min", 0)}${number(t(is("table") ? "rows_max" : "files_max"), "rows_max", 1)}</div>` : nothing}
    ${is("table") ? box(t("row_label"), text(field, "row_label"), (value) => change("row_label", value, true), { placeholder: t("row_label_example") }) : nothing}`;
}

function folded(summary: string, open: boolean, inside: unknown): TemplateResult {
  return html`<details class="fm-fold" ?open=${open}><summary>${summary}</summary>${inside}</details>`;
}

/** Where else a question may stand: pages, sections, tables. */
function homes(studio: Studio, one: Met): Drawn {
  const own = one.at.slice(0, -1).join(".");
  const choices: Choice[] = studio.def.pages.map((page, index) => ({ value: String(index), label: studio.t("home_page", { n: index + 1, page: page.question || page.name }) }));
  for (const other of walk(studio.def)) {
    const inside = other.at.slice(0, one.at.length).join(".") === one.at.join(".");
    if (NESTING.includes(other.field.kind) && !inside) {
      choices.push({ value: other.at.join("."), label: studio.t("home_group", { name: other.field.label || other.path }) });
    }
  }
  return select(studio.t("move_to"), choices, own, (home) => {
    const place = home.split(".").map(Number);
    moveTo(studio, one.at, [...place, listAt(studio.def, place).length]);
  });
}

function prefill(studio: Studio, field: Field, change: Change): TemplateResult {
  const known = studio.setup.facts.filter((fact) => fact.kinds.includes(field.kind));
  const value = field.prefill ?? "";
  const other = value !== "" && !known.some((fact) => fact.value === value);
  const [word, ...rest] = value.split(".");
  const choices: Choice[] = [
    { value: "", label: studio.t("not_prefilled") },
    ...known,
    ...studio.setup.origins.map((origin) => ({ value: `${origin.value}.`, label: studio.t("other_fact", { origin: origin.label }) })),
  ];
  return html`
    ${select(studio.t("prefill"), choices, other ? `${word}.` : value, (chosen) => change("prefill", chosen))}
    ${other ? box(studio.t("fact_name"), rest.join("."), (name) => change("prefill", `${word}.${name}`, true), { hint: studio.t("fact_hint") }) : nothing}
    ${tick(studio.t("anew"), field.anew === true, (on) => change("anew", on), studio.t("anew_hint"))}`;
}

/** The name in the data: made from the label, changed by hand with every rule following. */
function named(studio: Studio, one: Met): TemplateResult {
  const take = (given: string): void => {
    const { prefix } = insideOf(studio.def, one.at.slice(0, -1));
    const wanted = given.split(".").map((step) => slug(step)).join(".");
    const name = unique(studio.def, prefix, wanted, one.path);
    studio.fresh.delete(one.path);
    studio.edit(rename(studio.def, one.at, name));
    studio.say(studio.t("renamed", { name }));
  };
  return box(studio.t("name"), one.field.name, take, { hint: studio.t("name_hint"), late: true });
}

export function question(studio: Studio, one: Met): TemplateResult {
  const { field, at } = one;
  const t = studio.t;
  const mark = at.join(".");
  const change: Change = (key, value, joined = false) =>
    studio.edit(changeField(studio.def, at, (each) => put(each, key, value)), joined ? `${key}:${mark}` : undefined);
  const line = (label: string, key: string, also = {}): TemplateResult => box(label, text(field, key), (value) => change(key, value, true), also);
  const alike = ALIKE.find((kinds) => kinds.includes(field.kind))?.filter((kind) => studio.setup.kinds.some((each) => each.kind === kind));
  const kindOf = alike && alike.length > 1 ? select(t("kind"), alike.map((kind) => ({ value: kind, label: studio.kind(kind).name })), field.kind, (kind) => change("kind", kind)) : nothing;
  const before = readable(studio.def, studio.setup.parts, one.table, earlier(at));
  const anyOther = readable(studio.def, studio.setup.parts, one.table, (each) => each.path !== one.path);
  const place = one.field.name ? one.path : `pages/${one.page.name}/${at.slice(1).join("/")}`;
  const required = !["computed", "section"].includes(field.kind);
  return html`
    <p class="fm-kindline">${studio.kind(field.kind).name}</p>
    ${faults(studio, one.path)}
    ${box(t("label"), field.label ?? "", (value) => relabel(studio, one, value), { long: field.kind === "consent" })}
    ${kindOf}
    ${line(t("hint"), "hint", { long: true })}
    ${TYPED.includes(field.kind) ? line(t("example"), "example") : nothing}
    ${required ? tick(t("required"), field.required !== false, (on) => studio.edit(changeField(studio.def, at, (each) => (on ? put(each, "required", undefined) : { ...each, required: false })))) : nothing}
    ${own(studio, one, change)}
    ${field.kind === "computed" ? html`<h3 class="fm-title">${t("value")}</h3>${reckoning(studio, { name: place, rule: field.value, leaves: anyOther, change: (rule) => change("value", rule) })}` : nothing}
    <h3 class="fm-title">${icon(studio, "filter")} ${t("show_if")}</h3>
    ${condition(studio, { name: place, rule: field.show_if, leaves: before, change: (rule) => change("show_if", rule) })}
    ${field.show_if ? line(t("show_note"), "show_note", { hint: t("show_note_hint"), long: true }) : nothing}
    ${NESTING.includes(field.kind) || field.kind === "computed" ? nothing : folded(t("prefill_title"), Boolean(field.prefill || field.anew), prefill(studio, field, change))}
    ${folded(t("more"), false, html`
      ${line(t("spoken"), "spoken", { hint: t("spoken_hint") })}
      ${line(t("purpose"), "purpose", { hint: t("purpose_hint"), long: true })}
      ${line(t("empty_fault"), "empty_fault", { hint: t("empty_fault_hint"), long: true })}
      ${named(studio, one)}`)}
    ${studio.setup.closed ? nothing : html`${homes(studio, one)}
    <p class="fm-do"><button type="button" class="govuk-button govuk-button--secondary" @click=${() => copy(studio, at)}>${t("duplicate_this")}</button> <button type="button" class="govuk-button govuk-button--warning" @click=${() => drop(studio, at)}>${t("drop_this")}</button></p>`}`;
}
