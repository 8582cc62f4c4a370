// The values a row of a rule may hold, as choices: answers, what is counted of them, days, legal values, numbers.
import { type TemplateResult, html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { type Leaf, sort } from "./_form_leaves";
import { type Choice, type Drawn, pick } from "./_form_parts";
import type { Operand } from "./_rules";

/** What a builder of conditions works with: words, icons, sentences of rules by place, numbers that law gives. */
export interface Around {
  readonly setup: { readonly icons: string };
  readonly sentences: { [place: string]: string };
  readonly law: Leaf[];
  t(key: string, facts?: { [name: string]: string | number }): string;
  /** Say a sentence to readers of the page. */
  say(words: string): void;
}

/** An operand as the value of a choice; until when years are counted is chosen beside it. */
export function key(one: Operand): string {
  return one.by === "years" || one.by === "days" ? `${one.by}:${one.name}` : JSON.stringify(one);
}

export function opened(chosen: string, leaves: Leaf[]): Operand {
  const counted = /^(years|days):(.*)$/.exec(chosen);
  if (counted) {
    return { by: counted[1] as "years", name: counted[2], until: "today" };
  }
  if (chosen.startsWith("{")) {
    return JSON.parse(chosen) as Operand;
  }
  return { by: "answer", name: leaves[0]?.name ?? "today" };
}

function answer(leaf: Leaf): Choice {
  return { value: JSON.stringify({ by: "answer", name: leaf.name }), label: leaf.label, group: leaf.page };
}

/** Numbers that can be told from an answer that is none itself. */
function derived(around: Around, leaf: Leaf): Choice[] {
  const facts = { label: leaf.label };
  if (leaf.kind === "date") {
    return [
      { value: `years:${leaf.name}`, label: around.t("years_of", facts), group: leaf.page },
      { value: `days:${leaf.name}`, label: around.t("days_of", facts), group: leaf.page },
    ];
  }
  if (leaf.kind === "table") {
    const sums = leaf.columns
      .filter((column) => sort(column.kind) === "number")
      .map((column) => ({
        value: JSON.stringify({ by: "sum", name: leaf.name, column: column.name }),
        label: around.t("sum_of", { column: column.label, label: leaf.label }),
        group: leaf.page,
      }));
    return [{ value: JSON.stringify({ by: "count", name: leaf.name }), label: around.t("count_of", facts), group: leaf.page }, ...sums];
  }
  return [];
}

/** Everything a comparison may begin with. */
export function firsts(around: Around, leaves: Leaf[]): Choice[] {
  return leaves.flatMap((leaf) => [answer(leaf), ...derived(around, leaf)]);
}

/** Every number: answers, what is counted of others, legal values. */
export function numbers(around: Around, leaves: Leaf[]): Choice[] {
  const told = leaves.flatMap((leaf) => [...(sort(leaf.kind) === "number" ? [answer(leaf)] : []), ...derived(around, leaf)]);
  return [...told, ...around.law.map(answer)];
}

export function dates(around: Around, leaves: Leaf[]): Choice[] {
  const today: Choice = { value: JSON.stringify({ by: "answer", name: "today" }), label: around.t("today") };
  return [today, ...leaves.filter((leaf) => leaf.kind === "date").map(answer)];
}

/** The choices, with what is chosen among them even when nobody asks for it (any more) or only later. */
export function among(choices: Choice[], one: Operand, leaves: Leaf[]): Choice[] {
  const value = key(one);
  if (one.by === "value" || one.by === "values" || choices.some((each) => each.value === value)) {
    return choices;
  }
  return [{ value, label: leafOf(one, leaves)?.label ?? `? ${one.name}` }, ...choices];
}

/** The leaf an operand reads, if it is one of these. */
export function leafOf(one: Operand, leaves: Leaf[]): Leaf | undefined {
  return one.by === "value" || one.by === "values" ? undefined : leaves.find((leaf) => leaf.name === one.name);
}

/** Whether an operand gives a number, a date, a truth … */
export function sortOf(one: Operand, leaves: Leaf[]): string {
  if (one.by !== "answer") {
    return one.by === "value" ? "text" : "number";
  }
  if (one.name === "today") {
    return "date";
  }
  return one.name.startsWith("law.") ? "number" : sort(leafOf(one, leaves)?.kind ?? "text");
}

/** Until when years or days are counted. */
export function until(around: Around, one: Operand, leaves: Leaf[], change: (next: Operand) => void): Drawn {
  if (one.by !== "years" && one.by !== "days") {
    return nothing;
  }
  const choices = dates(around, leaves.filter((leaf) => leaf.name !== one.name)).map((each) => ({
    ...each,
    value: (JSON.parse(each.value) as { name: string }).name,
  }));
  return html`<span class="fm-word">${around.t("until")}</span>${pick(around.t("until_when"), choices, one.until, (name) => change({ ...one, until: name }))}`;
}

const BARE = "bare";

/** A choice between a bare value, typed beside it, and what can be read. */
export function either(around: Around, words: string, one: Operand, choices: Choice[], leaves: Leaf[], day: boolean, change: (next: Operand) => void): TemplateResult {
  const bare = one.by === "value";
  const first: Choice = { value: BARE, label: around.t(day ? "a_day" : "a_number") };
  const take = (chosen: string): void => {
    if (chosen !== BARE) {
      change(opened(chosen, leaves));
    } else if (!bare) {
      change({ by: "value", value: day ? new Date().toISOString().slice(0, 10) : 0 });
    }
  };
  const typed = (event: Event): void => {
    const given = (event.target as HTMLInputElement).value;
    if (given) {
      change({ by: "value", value: day ? given : Number(given) });
    }
  };
  const input = bare
    ? html`<input class="govuk-input fm-short" type=${day ? "date" : "number"} step="any" aria-label=${words} .value=${live(String(one.value ?? ""))} @change=${typed}>`
    : nothing;
  return html`${pick(words, [first, ...among(choices, one, leaves)], bare ? BARE : key(one), take)}${input}${until(around, one, leaves, change)}`;
}
