// A condition as rows that can be changed, and a computed value as terms. The sentence comes from the server.
import { type TemplateResult, html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Leaf } from "./_form_leaves";
import type { Rule } from "./_form_model";
import { among, dates, either, firsts, key, leafOf, numbers, opened, sortOf, until } from "./_form_operands";
import { type Choice, type Drawn, id, link, pick, tick, tool } from "./_form_parts";
import { type Group, type Operand, type Row, type Sum, SUMS, rowsOf, ruleOf, sumOf, valueOf } from "./_form_rules";
import type { Studio } from "./_form_studio";

/** A rule where it stands: what it may read, its sentence, and what a change does. */
export interface Place {
  /** Names the place among others, and in the sentences of the server. */
  name: string;
  rule: Rule;
  leaves: Leaf[];
  change(next: Rule): void;
}

const OPS: { [sort: string]: string[] } = {
  number: ["==", "!=", "<", "<=", ">", ">=", "filled", "empty"],
  date: ["==", "!=", "<", "<=", ">", ">=", "filled", "empty"],
  truth: ["yes", "no", "not_yes"],
  choice: ["==", "!=", "one_of", "none_of", "filled", "empty"],
  choices: ["has", "lacks", "filled", "empty"],
  text: ["==", "!=", "filled", "empty"],
};

function ops(studio: Studio, left: Operand, leaves: Leaf[]): Choice[] {
  const found = sortOf(left, leaves);
  const consent = leafOf(left, leaves)?.kind === "consent";
  return (OPS[found] ?? ["filled", "empty"])
    .filter((op) => !(left.by !== "answer" && (op === "filled" || op === "empty")) && !(consent && op === "no"))
    .map((op) => ({ value: op, label: studio.t(found === "date" && OPS.number.indexOf(op) < 6 ? `date ${op}` : `op ${op}`) }));
}

/** The right side that a comparison begins with. */
function right(left: Operand, op: string, leaves: Leaf[]): Operand | null {
  const first = leafOf(left, leaves)?.field.options?.[0]?.value ?? "";
  if (["yes", "no", "not_yes", "filled", "empty"].includes(op)) {
    return null;
  }
  if (op === "one_of" || op === "none_of") {
    return { by: "values", values: first ? [first] : [] };
  }
  const found = sortOf(left, leaves);
  if (found === "date") {
    return { by: "answer", name: "today" };
  }
  return { by: "value", value: found === "number" ? 0 : first };
}

function begun(left: Operand, studio: Studio, leaves: Leaf[]): Row {
  const op = ops(studio, left, leaves)[0]?.value ?? "filled";
  return { left, op, right: right(left, op, leaves) };
}

function options(leaf: Leaf | undefined): Choice[] {
  return (leaf?.field.options ?? []).map((one) => ({ value: one.value, label: one.label || one.value }));
}

function compared(studio: Studio, row: Row, leaves: Leaf[], change: (next: Row) => void): Drawn {
  const to = row.right;
  const words = studio.t("compared_with");
  if (!to) {
    return nothing;
  }
  const choices = options(leafOf(row.left, leaves));
  if (to.by === "values") {
    const flip = (value: string): void => {
      const values = to.values.includes(value) ? to.values.filter((one) => one !== value) : [...to.values, value];
      change({ ...row, right: { by: "values", values } });
    };
    return html`<span class="fm-among">${choices.map(
      (one) => html`<label><input type="checkbox" .checked=${live(to.values.includes(one.value))} @change=${() => flip(one.value)}> ${one.label}</label>`,
    )}</span>`;
  }
  const put = (next: Operand): void => change({ ...row, right: next });
  const found = sortOf(row.left, leaves);
  if (found === "number" || found === "date") {
    const others = found === "date" ? dates(studio, leaves) : numbers(studio, leaves);
    const own = key(row.left);
    return either(studio, words, to, others.filter((one) => one.value !== own), leaves, found === "date", put);
  }
  if (choices.length && to.by === "value") {
    return pick(words, choices, String(to.value ?? ""), (value) => put({ by: "value", value }));
  }
  const text = to.by === "value" ? String(to.value ?? "") : "";
  return html`<input class="govuk-input fm-short" aria-label=${words} .value=${live(text)} @change=${(event: Event) => put({ by: "value", value: (event.target as HTMLInputElement).value })}>`;
}

function line(studio: Studio, row: Row, number: number, place: Place, change: (next: Row | null) => void): TemplateResult {
  const { leaves } = place;
  const left = (next: Operand): void => change(begun(next, studio, leaves));
  return html`<li class="fm-row">
    <div class="fm-row__parts">
      ${pick(studio.t("answer_of_row", { n: number }), among(firsts(studio, leaves), row.left, leaves), key(row.left), (chosen) => left(opened(chosen, leaves)))}
      ${until(studio, row.left, leaves, (next) => change({ ...row, left: next }))}
      ${pick(studio.t("comparison"), ops(studio, row.left, leaves), row.op, (op) => {
        const kept = row.right && right(row.left, op, leaves)?.by === row.right.by ? row.right : right(row.left, op, leaves);
        const held = row.right && row.right.by !== "values" && kept && kept.by !== "values" ? row.right : kept;
        change({ ...row, op, right: kept && held });
      })}
      ${compared(studio, row, leaves, change)}
    </div>
    ${tool(studio, "trash", studio.t("drop_row", { n: number }), () => change(null))}
  </li>`;
}

function rows(studio: Studio, group: Group, place: Place): TemplateResult {
  const put = (next: Row[], all = group.all): void => place.change(ruleOf({ all, rows: next }));
  const [first] = firsts(studio, place.leaves);
  const more = (): void => put([...group.rows, begun(opened(first.value, place.leaves), studio, place.leaves)]);
  const replace = (index: number, next: Row | null): void =>
    put(group.rows.flatMap((one, at) => (at === index ? (next ? [next] : []) : [one])));
  const joins = [
    { value: "all", label: studio.t("all_hold") },
    { value: "any", label: studio.t("any_holds") },
  ];
  return html`
    ${group.rows.length > 1 ? pick(studio.t("how_joined"), joins, group.all ? "all" : "any", (all) => put(group.rows, all === "all")) : nothing}
    <ol class="fm-rows">${group.rows.map((row, index) => line(studio, row, index + 1, place, (next) => replace(index, next)))}</ol>
    ${first ? link(studio.t(group.rows.length ? "add_row" : "add_condition"), more) : html`<p class="fm-hint">${studio.t("nothing_earlier")}</p>`}`;
}

/** Any rule as text, for what rows cannot show. What is no rule is not taken, and said so. */
function text(studio: Studio, place: Place, open: boolean): TemplateResult {
  const key = id(`text:${place.name}`);
  const shown = place.rule === undefined || place.rule === null ? "" : JSON.stringify(place.rule, null, 1);
  const take = (event: Event): void => {
    const box = event.target as HTMLTextAreaElement;
    const fault = document.getElementById(`${key}-f`) as HTMLElement;
    try {
      const made = box.value.trim() ? (JSON.parse(box.value) as Rule) : null;
      fault.textContent = "";
      place.change(made);
    } catch {
      fault.textContent = studio.t("not_a_rule");
    }
  };
  return html`<details class="fm-text" ?open=${open}><summary>${studio.t("as_text")}</summary>
    <label class="govuk-visually-hidden" for=${key}>${studio.t("as_text")}</label>
    <textarea class="govuk-textarea fm-code" id=${key} rows="4" spellcheck="false" aria-describedby="${key}-f" .value=${live(shown)} @change=${take}></textarea>
    <p class="fm-fault" id="${key}-f" role="alert"></p></details>`;
}

function sentence(studio: Studio, place: Place): Drawn {
  const said = studio.sentences[place.name];
  return said && place.rule !== undefined && place.rule !== null ? html`<p class="fm-sentence">${said}</p>` : nothing;
}

/** A condition: its sentence, its rows where it has any, its text. */
export function condition(studio: Studio, place: Place): TemplateResult {
  const group = rowsOf(place.rule);
  return html`<div class="fm-rule">${sentence(studio, place)}${group ? rows(studio, group, place) : html`<p class="fm-hint">${studio.t("not_drawable")}</p>`}${text(studio, place, !group)}</div>`;
}

function terms(studio: Studio, sum: Sum, place: Place): TemplateResult {
  const put = (next: Partial<Sum>): void => place.change(valueOf({ ...sum, ...next }));
  const choices = numbers(studio, place.leaves);
  const replace = (index: number, next: Operand | null): void =>
    put({ terms: sum.terms.flatMap((one, at) => (at === index ? (next ? [next] : []) : [one])) });
  const most = sum.op === "-" || sum.op === "/" ? 2 : 4;
  const next: Operand | null = choices.length ? opened(choices[0].value, place.leaves) : null;
  return html`
    ${sum.terms.length > 1 ? pick(studio.t("how_reckoned"), SUMS.map((op) => ({ value: op, label: studio.t(`sum ${op}`) })), sum.op, (op) => put({ op, terms: op === "-" || op === "/" ? sum.terms.slice(0, 2) : sum.terms })) : nothing}
    <ol class="fm-rows">${sum.terms.map(
      (one, index) => html`<li class="fm-row"><div class="fm-row__parts">${either(studio, studio.t("term", { n: index + 1 }), one, choices, place.leaves, false, (changed) => replace(index, changed))}</div>${tool(studio, "trash", studio.t("drop_term", { n: index + 1 }), () => replace(index, null))}</li>`,
    )}</ol>
    ${next && sum.terms.length < most ? link(studio.t("add_term"), () => put({ terms: [...sum.terms, next] })) : nothing}
    ${next ? nothing : html`<p class="fm-hint">${studio.t("nothing_to_reckon")}</p>`}
    ${sum.terms.length ? tick(studio.t("rounded"), sum.round, (round) => put({ round })) : nothing}`;
}

/** A computed value: its sentence, its terms where it has that shape, its text. */
export function reckoning(studio: Studio, place: Place): TemplateResult {
  const sum = sumOf(place.rule);
  return html`<div class="fm-rule">${sentence(studio, place)}${sum ? terms(studio, sum, place) : html`<p class="fm-hint">${studio.t("not_drawable")}</p>`}${text(studio, place, !sum)}</div>`;
}
