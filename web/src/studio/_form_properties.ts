// The right side: properties of what is selected.
import { type TemplateResult, html, nothing } from "lit-html";
import { dropPage, movePage, reask } from "./_form_acts";
import { question } from "./_form_field";
import { readable } from "./_form_leaves";
import { type Check, changePage, met, moved, put } from "./_form_model";
import { slug } from "./_form_names";
import { type Drawn, box, count, faults, icon, link, select, tool } from "./_form_parts";
import { condition } from "./_rule_view";
import type { Studio } from "./_form_studio";

function page(studio: Studio, index: number): TemplateResult {
  const one = studio.def.pages[index];
  const t = studio.t;
  const parts = studio.def.parts ?? [];
  const before = readable(studio.def, studio.setup.parts, "", (each) => each.at[0] < index);
  const set = (key: string, value: unknown, joined = false): void =>
    studio.edit(changePage(studio.def, index, (each) => put(each, key, value)), joined ? `page:${key}:${index}` : undefined);
  return html`
    <p class="fm-kindline">${t("page_n", { n: index + 1, of: studio.def.pages.length })}</p>
    ${faults(studio, one.name)}
    ${box(t("page_question"), one.question, (value) => reask(studio, index, value), { hint: t("page_question_hint"), long: true })}
    ${box(t("page_hint"), one.hint ?? "", (value) => set("hint", value, true), { long: true })}
    ${parts.length ? select(t("part"), [{ value: "", label: t("no_part") }, ...parts.map((part) => ({ value: part.name, label: part.title || part.name }))], one.part ?? "", (value) => set("part", value)) : nothing}
    <h3 class="fm-title">${icon(studio, "filter")} ${t("show_page_if")}</h3>
    ${condition(studio, { name: `pages/${one.name}`, rule: one.show_if, leaves: before, change: (rule) => set("show_if", rule) })}
    ${studio.setup.closed ? nothing : html`<p class="fm-do">
      <button type="button" class="govuk-button govuk-button--secondary" ?disabled=${index === 0} @click=${() => movePage(studio, index, index - 1)}>${t("page_up")}</button>
      <button type="button" class="govuk-button govuk-button--secondary" ?disabled=${index === studio.def.pages.length - 1} @click=${() => movePage(studio, index, index + 1)}>${t("page_down")}</button>
      <button type="button" class="govuk-button govuk-button--warning" @click=${() => dropPage(studio, index)}>${t("drop_page")}</button></p>`}`;
}

function check(studio: Studio, index: number): Drawn {
  const checks = studio.def.checks ?? [];
  const one = checks[index];
  if (!one) {
    return nothing;
  }
  const t = studio.t;
  const set = (next: Partial<Check>, joined?: string): void =>
    studio.edit({ ...studio.def, checks: checks.map((each, at) => (at === index ? { ...each, ...next } : each)) }, joined && `${joined}:${index}`);
  const everything = readable(studio.def, studio.setup.parts, "", () => true);
  const columns = everything.flatMap((leaf) => leaf.columns.map((column) => ({ table: leaf.name, value: `${leaf.name}.${column.name}`, label: `${column.label} (${leaf.label})`, group: leaf.page })));
  const table = columns.find((column) => column.value === one.at)?.table ?? "";
  const targets = [...everything.map((leaf) => ({ value: leaf.name, label: leaf.label, group: leaf.page })), ...columns];
  const leaves = readable(studio.def, studio.setup.parts, table, () => true);
  return html`
    <p class="fm-kindline">${t("check")}</p>
    <p class="fm-hint">${t("check_hint")}</p>
    ${faults(studio, one.name)}
    ${box(t("check_name"), one.name, (name) => set({ name }, "check"))}
    <h3 class="fm-title">${t("check_holds")}</h3>
    ${condition(studio, { name: `checks/${one.name}`, rule: one.holds, leaves, change: (holds) => set({ holds }) })}
    ${box(t("check_fault"), one.fault, (fault) => set({ fault }, "fault"), { hint: t("check_fault_hint"), long: true })}
    ${select(t("check_at"), targets, one.at, (at) => set({ at }))}
    ${studio.setup.closed ? nothing : html`<p class="fm-do"><button type="button" class="govuk-button govuk-button--warning" @click=${() => {
      studio.edit(put(studio.def, "checks", checks.filter((_one, at) => at !== index)));
      studio.select({ what: "form" });
      studio.say(t("dropped", { name: one.name }));
    }}>${t("drop_check")}</button></p>`}`;
}

function stretches(studio: Studio): TemplateResult {
  const parts = studio.def.parts ?? [];
  const t = studio.t;
  const set = (next: typeof parts, joined?: string): void => studio.edit(put(studio.def, "parts", next), joined);
  const free = (): string => {
    let number = parts.length + 1;
    while (parts.some((one) => one.name === `phan_${number}`)) {
      number += 1;
    }
    return `phan_${number}`;
  };
  const gone = (name: string): void => {
    const pages = studio.def.pages.map((one) => (one.part === name ? put(one, "part", "") : one));
    studio.edit(put({ ...studio.def, pages }, "parts", parts.filter((one) => one.name !== name)));
  };
  return html`<fieldset class="fm-set"><legend class="fm-label">${t("parts")}</legend><p class="fm-hint">${t("parts_hint")}</p><ol class="fm-options">${parts.map(
    (one, index) => html`<li><input class="govuk-input" aria-label=${t("part_n", { n: index + 1 })} .value=${one.title} @input=${(event: Event) => set(parts.map((each, at) => (at === index ? { ...each, title: (event.target as HTMLInputElement).value } : each)), `part:${index}`)}>
      ${tool(studio, "chevron-up", t("up", { name: one.title }), () => set(moved(parts, index, index - 1)), index === 0)}
      ${tool(studio, "chevron-down", t("down", { name: one.title }), () => set(moved(parts, index, index + 1)), index === parts.length - 1)}
      ${tool(studio, "trash", t("drop", { name: one.title }), () => gone(one.name))}</li>`,
  )}</ol>${studio.setup.closed ? nothing : link(t("add_part"), () => set([...parts, { name: free(), title: "" }]))}</fieldset>`;
}

function law(studio: Studio): TemplateResult {
  const known = studio.def.law ?? {};
  const t = studio.t;
  const set = (next: { [name: string]: string }): void => {
    const { law: _gone, ...rest } = studio.def;
    studio.edit(Object.keys(next).length ? { ...rest, law: next } : rest);
  };
  const rest = studio.setup.law.filter((one) => !Object.values(known).includes(one.key));
  const add = (key: string): void => {
    if (!key) {
      return;
    }
    const wanted = slug(key.split(".").pop() ?? key);
    let name = wanted;
    for (let number = 2; name in known; number += 1) {
      name = `${wanted}_${number}`;
    }
    set({ ...known, [name]: key });
  };
  return html`<fieldset class="fm-set"><legend class="fm-label">${t("law")}</legend><p class="fm-hint">${t("law_hint")}</p><ul class="fm-options">${Object.entries(known).map(
    ([name, key]) => html`<li><span class="fm-grow">${studio.setup.law.find((one) => one.key === key)?.label ?? key}</span>${tool(studio, "trash", t("drop", { name: key }), () => set(Object.fromEntries(Object.entries(known).filter(([each]) => each !== name))))}</li>`,
  )}</ul>${studio.setup.closed ? nothing : select(t("add_law"), [{ value: "", label: t("choose") }, ...rest.map((one) => ({ value: one.key, label: one.label }))], "", add)}</fieldset>`;
}

function form(studio: Studio): TemplateResult {
  const t = studio.t;
  return html`
    <p class="fm-kindline">${t("whole_form")}</p>
    ${box(t("form_title"), studio.def.title, (title) => studio.edit({ ...studio.def, title }, "title"))}
    ${count(t("minutes"), studio.def.minutes ?? 5, (minutes) => studio.edit({ ...studio.def, minutes: Math.max(1, Math.round(minutes ?? 5)) }), { least: 1, step: "1" })}
    ${box(t("code"), studio.code, (code) => studio.recode(code), { hint: t("code_hint"), late: true })}
    ${stretches(studio)}
    ${law(studio)}
    ${studio.setup.closed ? nothing : html`<p class="fm-do">${link(t("drop_form"), () => studio.drop())}</p>`}`;
}

export function properties(studio: Studio): Drawn {
  const { selected } = studio;
  const one = selected.what === "field" ? met(studio.def, selected.at) : undefined;
  let inside: Drawn = nothing;
  if (one) {
    inside = question(studio, one);
  } else if (selected.what === "page" && studio.def.pages[selected.at[0]]) {
    inside = page(studio, selected.at[0]);
  } else if (selected.what === "check") {
    inside = check(studio, selected.at[0]);
  } else {
    inside = form(studio);
  }
  return html`<fieldset class="fm-bare" ?disabled=${studio.setup.closed}><legend class="govuk-visually-hidden">${studio.t("properties")}</legend>${inside}</fieldset>`;
}
