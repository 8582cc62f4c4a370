// Small pieces of the editor's panels: labelled boxes, choices, ticks, buttons with an icon.
import { type TemplateResult, html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Studio } from "./_form_studio";

/** Where icons are found. */
interface Icons {
  readonly setup: { readonly icons: string };
}

export type Drawn = TemplateResult | typeof nothing;

let numbered = 0;
const ids = new Map<string, string>();

/** An id that stays the same for the same words. */
export function id(words: string): string {
  const known = ids.get(words);
  if (known) {
    return known;
  }
  numbered += 1;
  ids.set(words, `fm-${numbered}`);
  return `fm-${numbered}`;
}

export function icon(page: Icons, name: string): TemplateResult {
  return html`<svg class="ui-icon" aria-hidden="true" focusable="false"><use href="${page.setup.icons}#${name}"></use></svg>`;
}

/** A button of an icon alone, named for readers and by a tip. */
export function tool(page: Icons, name: string, words: string, act: () => void, off = false): TemplateResult {
  return html`<button type="button" class="ui-iconbutton fm-tool" title=${words} aria-label=${words} ?disabled=${off} @click=${(event: Event) => {
    event.stopPropagation();
    act();
  }}>${icon(page, name)}</button>`;
}

export function link(words: string, act: () => void): TemplateResult {
  return html`<button type="button" class="ui-linkbutton" @click=${act}>${words}</button>`;
}

interface Box {
  hint?: string;
  long?: boolean;
  type?: "number" | "date";
  step?: string;
  least?: number;
  placeholder?: string;
  /** Take the words when the box is left, not while typing. */
  late?: boolean;
  of?: string;
}

export function box(label: string, value: string, change: (value: string) => void, also: Box = {}): TemplateResult {
  const key = id(`${also.of ?? ""}:${label}`);
  const take = (event: Event): void => change((event.target as HTMLInputElement).value);
  const hint = also.hint ? html`<p class="fm-hint" id="${key}-h">${also.hint}</p>` : nothing;
  const input = also.long
    ? html`<textarea class="govuk-textarea fm-box" id=${key} rows="2" aria-describedby=${also.hint ? `${key}-h` : nothing} .value=${live(value)} @input=${also.late ? null : take} @change=${take}></textarea>`
    : html`<input class="govuk-input fm-box" id=${key} type=${also.type ?? "text"} min=${also.least ?? nothing} step=${also.step ?? nothing} autocomplete="off" placeholder=${also.placeholder ?? nothing} aria-describedby=${also.hint ? `${key}-h` : nothing} .value=${live(value)} @input=${also.late ? null : take} @change=${take}>`;
  return html`<div class="fm-field"><label class="govuk-label fm-label" for=${key}>${label}</label>${hint}${input}</div>`;
}

/** A number box; empty is no number. */
export function count(label: string, value: unknown, change: (value: number | undefined) => void, also: Box = {}): TemplateResult {
  const shown = typeof value === "number" ? String(value) : "";
  const take = (given: string): void => change(given.trim() === "" || !Number.isFinite(Number(given)) ? undefined : Number(given));
  return box(label, shown, take, { ...also, type: "number", late: true });
}

export function tick(label: string, on: boolean, change: (on: boolean) => void, hint = ""): TemplateResult {
  const key = id(`tick:${label}`);
  return html`<div class="fm-tick"><input type="checkbox" id=${key} .checked=${live(on)} aria-describedby=${hint ? `${key}-h` : nothing} @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}><label for=${key}>${label}</label>${hint ? html`<p class="fm-hint" id="${key}-h">${hint}</p>` : nothing}</div>`;
}

export interface Choice {
  value: string;
  label: string;
  group?: string;
}

function options(choices: Choice[], value: string): unknown {
  const one = (each: Choice): TemplateResult => html`<option value=${each.value} .selected=${live(each.value === value)}>${each.label}</option>`;
  const groups = [...new Set(choices.map((each) => each.group ?? ""))];
  return groups.map((group) => {
    const drawn = choices.filter((each) => (each.group ?? "") === group).map(one);
    return group ? html`<optgroup label=${group}>${drawn}</optgroup>` : drawn;
  });
}

/** A choice without a label of its own to see; `label` names it for readers. */
export function pick(label: string, choices: Choice[], value: string, change: (value: string) => void): TemplateResult {
  const all = choices.some((one) => one.value === value) ? choices : [{ value, label: value }, ...choices];
  return html`<select class="govuk-select fm-pick" aria-label=${label} @change=${(event: Event) => change((event.target as HTMLSelectElement).value)}>${options(all, value)}</select>`;
}

export function select(label: string, choices: Choice[], value: string, change: (value: string) => void, hint = ""): TemplateResult {
  const key = id(`select:${label}`);
  const all = choices.some((one) => one.value === value) ? choices : [{ value, label: value || "–" }, ...choices];
  return html`<div class="fm-field"><label class="govuk-label fm-label" for=${key}>${label}</label>${hint ? html`<p class="fm-hint">${hint}</p>` : nothing}<select class="govuk-select fm-pick" id=${key} @change=${(event: Event) => change((event.target as HTMLSelectElement).value)}>${options(all, value)}</select></div>`;
}

export function faults(studio: Studio, where: string): Drawn {
  const found = studio.problems.filter((one) => one.where === where);
  return found.length
    ? html`<ul class="fm-faults">${found.map((one) => html`<li class=${one.blocks ? "fm-fault" : "fm-warning"}>${one.sentence}</li>`)}</ul>`
    : nothing;
}
