// The choices of a question, and the parts of a person or an organisation.
import { type TemplateResult, html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Change } from "./_form_field";
import { type Field, type Met, type Option, changeField, moved, put } from "./_form_model";
import { slug } from "./_form_names";
import { link, tick, tool } from "./_form_parts";
import type { Studio } from "./_form_studio";

function free(list: Option[], wanted: string, but: number): string {
  const taken = new Set(list.filter((_one, index) => index !== but).map((one) => one.value));
  let value = wanted;
  for (let number = 2; taken.has(value); number += 1) {
    value = `${wanted}_${number}`;
  }
  return value;
}

/** A new choice takes its value from its label; once left, the value stays, for rules compare with it. */
function relabel(studio: Studio, one: Met, index: number, label: string): void {
  const list = one.field.options ?? [];
  const old = list[index].value;
  let value = old;
  if (studio.fresh.has(`#${old}`)) {
    value = free(list, slug(label), index);
    studio.fresh.delete(`#${old}`);
    studio.fresh.add(`#${value}`);
  }
  const options = list.map((each, at) => (at === index ? { ...each, label, value } : each));
  studio.edit(changeField(studio.def, one.at, (field) => ({ ...field, options })), `option:${one.at.join(".")}:${index}`);
}

export function options(studio: Studio, one: Met, change: Change): TemplateResult {
  const list = one.field.options ?? [];
  const t = studio.t;
  const more = (): void => {
    const value = free(list, `y_${list.length + 1}`, -1);
    studio.fresh.add(`#${value}`);
    change("options", [...list, { value, label: "" }]);
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-option="${list.length}"]`)?.focus());
  };
  const enter = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      more();
    }
  };
  const to = (from: number, place: number): void => {
    change("options", moved(list, from, place));
    studio.say(t("moved_to", { name: list[from].label, n: place + 1, of: list.length }));
  };
  return html`<fieldset class="fm-set"><legend class="fm-label">${t("options")}</legend><ol class="fm-options">${list.map(
    (option, index) => html`<li>
      <input class="govuk-input" data-option=${index} aria-label=${t("option_n", { n: index + 1 })} placeholder=${t("option_n", { n: index + 1 })} .value=${live(option.label)} @keydown=${enter} @input=${(event: Event) => relabel(studio, one, index, (event.target as HTMLInputElement).value)}>
      ${tool(studio, "chevron-up", t("up", { name: option.label }), () => to(index, index - 1), index === 0)}
      ${tool(studio, "chevron-down", t("down", { name: option.label }), () => to(index, index + 1), index === list.length - 1)}
      ${tool(studio, "trash", t("drop", { name: option.label }), () => change("options", list.filter((_one, at) => at !== index)))}
      <input class="govuk-input fm-option__hint" aria-label=${t("option_hint_n", { n: index + 1 })} placeholder=${t("option_hint")} .value=${live(option.hint ?? "")} @input=${(event: Event) => change("options", list.map((each, at) => (at === index ? put(each, "hint", (event.target as HTMLInputElement).value) : each)), true)}>
    </li>`,
  )}</ol>${studio.setup.closed ? nothing : link(t("add_option"), more)}</fieldset>`;
}

/** Which parts are asked, and which of them may be left out. */
export function parts(studio: Studio, field: Field, change: Change): TemplateResult {
  const known = studio.setup.parts[field.kind] ?? [];
  const chosen = field.parts?.length ? field.parts : known.filter((one) => one.always).map((one) => one.name);
  const loose = field.optional_parts ?? [];
  const t = studio.t;
  return html`<fieldset class="fm-set"><legend class="fm-label">${t("parts_asked")}</legend>${known.map((one) => {
    const on = chosen.includes(one.name);
    const flip = (want: boolean): void => {
      const next = known.map((each) => each.name).filter((name) => (name === one.name ? want : chosen.includes(name)));
      if (next.length) {
        change("parts", next);
      } else {
        studio.say(t("one_part"));
        change("parts", chosen);
      }
    };
    const need = (must: boolean): void => change("optional_parts", must ? loose.filter((name) => name !== one.name) : [...loose, one.name]);
    return html`<div class="fm-part">${tick(one.label, on, flip)}${on ? html`<label class="fm-must"><input type="checkbox" .checked=${live(!loose.includes(one.name))} @change=${(event: Event) => need((event.target as HTMLInputElement).checked)}> ${t("must")}<span class="govuk-visually-hidden"> (${one.label})</span></label>` : nothing}</div>`;
  })}</fieldset>`;
}
