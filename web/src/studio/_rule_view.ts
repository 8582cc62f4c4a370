// A condition as rows and groups that can be changed, and a computed value as terms. Sentences come from the server.
// The one builder of conditions: of forms, papers and the arrows of processes.
import { type TemplateResult, html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Leaf } from "./_form_leaves";
import type { Rule } from "./_form_model";
import { type Choice, type Drawn, id, link, pick, tick, tool } from "./_form_parts";
import { type Around, among, dates, either, firsts, key, leafOf, numbers, opened, sortOf, until } from "./_rule_operands";
import { type Group, type Join, type Member, type Operand, type Row, type Sum, SUMS, groupOf, isGroup, ruleOf, sumOf, valueOf } from "./_rules";

/** A rule where it stands: what it may read, its sentence, and what a change does. */
export interface Place {
  /** Names the place among others, and in the sentences of the server. */
  name: string;
  rule: Rule;
  leaves: Leaf[];
  /** Whether the rule is shown as text too. */
  text?: boolean;
  change(next: Rule): void;
}

/** How deep groups may be made: beyond that nobody reads them. */
const DEEPEST = 3;

const OPS: { [sort: string]: string[] } = {
  number: ["==", "!=", "<", "<=", ">", ">=", "filled", "empty"],
  date: ["==", "!=", "<", "<=", ">", ">=", "filled", "empty"],
  truth: ["yes", "no", "not_yes"],
  fact: ["yes", "not_yes"],
  choice: ["==", "!=", "one_of", "none_of", "filled", "empty"],
  choices: ["has", "lacks", "filled", "empty"],
  text: ["==", "!=", "filled", "empty"],
};

function ops(around: Around, left: Operand, leaves: Leaf[]): Choice[] {
  const found = sortOf(left, leaves);
  const consent = leafOf(left, leaves)?.kind === "consent";
  return (OPS[found] ?? ["filled", "empty"])
    .filter((op) => !(left.by !== "answer" && (op === "filled" || op === "empty")) && !(consent && op === "no"))
    .map((op) => ({ value: op, label: around.t(`${found === "fact" || (found === "date" && OPS.number.indexOf(op) < 6) ? found : "op"} ${op}`) }));
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

function begun(left: Operand, around: Around, leaves: Leaf[]): Row {
  const op = ops(around, left, leaves)[0]?.value ?? "filled";
  return { left, op, right: right(left, op, leaves) };
}

function options(leaf: Leaf | undefined): Choice[] {
  return (leaf?.field.options ?? []).map((one) => ({ value: one.value, label: one.label || one.value }));
}

function compared(around: Around, row: Row, number: string, leaves: Leaf[], change: (next: Row) => void): Drawn {
  const to = row.right;
  const words = around.t("compared_with", { n: number });
  if (!to) {
    return nothing;
  }
  const choices = options(leafOf(row.left, leaves));
  if (to.by === "values") {
    const flip = (value: string): void => {
      const values = to.values.includes(value) ? to.values.filter((one) => one !== value) : [...to.values, value];
      change({ ...row, right: { by: "values", values } });
    };
    return html`<span class="rl-among">${choices.map(
      (one) => html`<label><input type="checkbox" .checked=${live(to.values.includes(one.value))} @change=${() => flip(one.value)}> ${one.label}</label>`,
    )}</span>`;
  }
  const put = (next: Operand): void => change({ ...row, right: next });
  const found = sortOf(row.left, leaves);
  if (found === "number" || found === "date") {
    const others = found === "date" ? dates(around, leaves) : numbers(around, leaves);
    const own = key(row.left);
    return either(around, words, to, others.filter((one) => one.value !== own), leaves, found === "date", put);
  }
  if (choices.length && to.by === "value") {
    return pick(words, choices, String(to.value ?? ""), (value) => put({ by: "value", value }));
  }
  const text = to.by === "value" ? String(to.value ?? "") : "";
  return html`<input class="govuk-input fm-short" aria-label=${words} .value=${live(text)} @change=${(event: Event) => put({ by: "value", value: (event.target as HTMLInputElement).value })}>`;
}

/** Put the cursor where an act left the reader: on a row's answer, or on the button that adds. */
function focus(place: Place, number: string): void {
  requestAnimationFrame(() => {
    const inside = document.querySelector(`[data-rule="${CSS.escape(place.name)}"]`);
    inside?.querySelector<HTMLElement>(`[data-row="${number}"] select, [data-adds="${number}"] button`)?.focus();
  });
}

function line(around: Around, row: Row, number: string, place: Place, change: (next: Row | null) => void): TemplateResult {
  const { leaves } = place;
  const left = (next: Operand): void => change(begun(next, around, leaves));
  return html`<li class="rl-row" data-row=${number}>
    <div class="rl-row__parts">
      ${pick(around.t("answer_of_row", { n: number }), among(firsts(around, leaves), row.left, leaves), key(row.left), (chosen) => left(opened(chosen, leaves)))}
      ${until(around, row.left, leaves, (next) => change({ ...row, left: next }))}
      ${pick(around.t("comparison", { n: number }), ops(around, row.left, leaves), row.op, (op) => {
        const kept = row.right && right(row.left, op, leaves)?.by === row.right.by ? row.right : right(row.left, op, leaves);
        const held = row.right && row.right.by !== "values" && kept && kept.by !== "values" ? row.right : kept;
        change({ ...row, op, right: kept && held });
      })}
      ${compared(around, row, number, leaves, change)}
    </div>
    ${tool(around, "trash", around.t("drop_row", { n: number }), () => change(null))}
  </li>`;
}

/** The members of a group, numbered below `above` ("2." for those of the second), and what adds to them. */
function inside(around: Around, group: Group, above: string, place: Place, change: (next: Group) => void): TemplateResult {
  const { t } = around;
  const { members } = group;
  const depth = above.split(".").length;
  const put = (next: Member[], join = group.join): void => change({ join, members: next });
  const [first] = firsts(around, place.leaves);
  const row = (): Row => begun(opened(first.value, place.leaves), around, place.leaves);
  const add = (made: Member): void => {
    put([...members, made]);
    focus(place, `${above}${members.length + 1}${isGroup(made) ? ".1" : ""}`);
  };
  const replace = (index: number, next: Member | null): void => {
    put(members.flatMap((one, at) => (at === index ? (next ? [next] : []) : [one])));
    if (!next) {
      around.say(t(isGroup(members[index]) ? "group_dropped" : "row_dropped", { n: `${above}${index + 1}` }));
      focus(place, members.length > 1 ? `${above}${Math.min(index + 1, members.length - 1)}` : above);
    }
  };
  const joins = (["all", "any", "none"] as Join[]).map((value) => ({ value, label: t(`join ${value}`) }));
  const named = above ? t("how_joined_in", { n: above.slice(0, -1) }) : t("how_joined");
  const joined = members.length > 1 || above || group.join === "none";
  return html`
    ${joined ? pick(named, joins, group.join, (join) => put(members, join as Join)) : nothing}
    <ol class="rl-rows">${members.map((one, index) => {
      const number = `${above}${index + 1}`;
      return isGroup(one) ? bracketed(around, one, number, place, (next) => replace(index, next)) : line(around, one, number, place, (next) => replace(index, next));
    })}</ol>
    ${first ? html`<div class="rl-adds" data-adds=${above}>${link(t(members.length ? "add_row" : "add_condition"), () => add(row()))}
      ${members.length && depth < DEEPEST ? link(t("add_group"), () => add({ join: group.join === "any" ? "all" : "any", members: [row()] })) : nothing}</div>` : html`<p class="fm-hint">${t("nothing_earlier")}</p>`}`;
}

/** A group within a group; without its last row it goes. */
function bracketed(around: Around, group: Group, number: string, place: Place, change: (next: Group | null) => void): TemplateResult {
  return html`<li class="rl-group" data-row=${number}><fieldset><legend class="govuk-visually-hidden">${around.t("group_n", { n: number })}</legend>
    ${inside(around, group, `${number}.`, place, (next) => change(next.members.length ? next : null))}</fieldset>
    ${tool(around, "trash", around.t("drop_group", { n: number }), () => change(null))}</li>`;
}

/** Any rule as text, for what rows cannot show. What is no rule is not taken, and said so. */
function text(around: Around, place: Place, open: boolean): TemplateResult {
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
      fault.textContent = around.t("not_a_rule");
    }
  };
  return html`<details class="fm-text" ?open=${open}><summary>${around.t("as_text")}</summary>
    <label class="govuk-visually-hidden" for=${key}>${around.t("as_text")}</label>
    <textarea class="govuk-textarea fm-code" id=${key} rows="4" spellcheck="false" aria-describedby="${key}-f" .value=${live(shown)} @change=${take}></textarea>
    <p class="fm-fault" id="${key}-f" role="alert"></p></details>`;
}

function sentence(around: Around, place: Place): Drawn {
  const said = place.rule !== undefined && place.rule !== null ? around.sentences[place.name] : "";
  return html`<p class="fm-sentence" aria-live="polite">${said}</p>`;
}

/** A condition: its sentence, its rows and groups where it has that shape, its text. */
export function condition(around: Around, place: Place): TemplateResult {
  const group = groupOf(place.rule);
  return html`<div class="rl-rule" data-rule=${place.name}>${sentence(around, place)}${group ? inside(around, group, "", place, (next) => place.change(ruleOf(next))) : html`<p class="fm-hint">${around.t("not_drawable")}</p>`}${place.text === false ? nothing : text(around, place, !group)}</div>`;
}

function terms(around: Around, sum: Sum, place: Place): TemplateResult {
  const put = (next: Partial<Sum>): void => place.change(valueOf({ ...sum, ...next }));
  const choices = numbers(around, place.leaves);
  const replace = (index: number, next: Operand | null): void =>
    put({ terms: sum.terms.flatMap((one, at) => (at === index ? (next ? [next] : []) : [one])) });
  const most = sum.op === "-" || sum.op === "/" ? 2 : 4;
  const next: Operand | null = choices.length ? opened(choices[0].value, place.leaves) : null;
  return html`
    ${sum.terms.length > 1 ? pick(around.t("how_reckoned"), SUMS.map((op) => ({ value: op, label: around.t(`sum ${op}`) })), sum.op, (op) => put({ op, terms: op === "-" || op === "/" ? sum.terms.slice(0, 2) : sum.terms })) : nothing}
    <ol class="rl-rows">${sum.terms.map(
      (one, index) => html`<li class="rl-row"><div class="rl-row__parts">${either(around, around.t("term", { n: index + 1 }), one, choices, place.leaves, false, (changed) => replace(index, changed))}</div>${tool(around, "trash", around.t("drop_term", { n: index + 1 }), () => replace(index, null))}</li>`,
    )}</ol>
    ${next && sum.terms.length < most ? link(around.t("add_term"), () => put({ terms: [...sum.terms, next] })) : nothing}
    ${next ? nothing : html`<p class="fm-hint">${around.t("nothing_to_reckon")}</p>`}
    ${sum.terms.length ? tick(around.t("rounded"), sum.round, (round) => put({ round })) : nothing}`;
}

/** A computed value: its sentence, its terms where it has that shape, its text. */
export function reckoning(around: Around, place: Place): TemplateResult {
  const sum = sumOf(place.rule);
  return html`<div class="rl-rule">${sentence(around, place)}${sum ? terms(around, sum, place) : html`<p class="fm-hint">${around.t("not_drawable")}</p>`}${text(around, place, !sum)}</div>`;
}
