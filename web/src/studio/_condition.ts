// A condition as rows of answer, comparison and value, to and from the rule language. A rule that is more than
// such rows is shown as it is said and stays as it is until somebody writes it anew.

import { keptDay, saidDay } from "./_cell-words";

export type Rule = null | boolean | number | string | Rule[] | { [operator: string]: Rule };

export interface Choice {
  expression: string;
  label: string;
  type: string;
  options: [string, string][];
  rule: Rule;
}
interface Clause {
  asked: string;
  compare: string;
  value: string;
}
export interface Condition {
  all: boolean;
  clauses: Clause[];
}

const COMPARED: Record<string, [string, string][]> = {
  number: [
    ["<", "below"],
    ["<=", "at_most"],
    ["==", "is"],
    [">=", "at_least"],
    [">", "above"],
  ],
  date: [
    ["<", "before"],
    [">", "after"],
    ["==", "is"],
  ],
  text: [
    ["==", "is"],
    ["!=", "is_not"],
  ],
  yes_no: [["==", "is"]],
  list: [
    ["in", "has"],
    ["!in", "has_not"],
  ],
};
const ASKED: [string, string][] = [
  ["empty", "empty"],
  ["!empty", "filled"],
];

/** The comparisons of a kind of answer: operator and the key of its word. */
export function comparisons(type: string): [string, string][] {
  return [...(COMPARED[type] ?? COMPARED.text), ...ASKED];
}

function written(value: string, type: string): Rule {
  if (type === "number") {
    return Number(value.replace(",", ".")) || 0;
  }
  return type === "yes_no" ? value === "true" : value;
}

/** The rule of a condition; null without a clause that is whole. */
export function ruleOf(condition: Condition, choices: Choice[]): Rule {
  const rules: Rule[] = [];
  for (const clause of condition.clauses) {
    const choice = choices.find((one) => one.expression === clause.asked);
    if (!choice || (!clause.compare.endsWith("empty") && clause.value === "")) {
      continue;
    }
    const operator = clause.compare.replace("!", "") || "==";
    const value = written(clause.value, choice.type);
    if (operator === "empty" || operator === "in") {
      const rule: Rule = operator === "empty" ? { empty: [choice.rule] } : { in: [value, choice.rule] };
      rules.push(clause.compare.startsWith("!") ? { "!": [rule] } : rule);
    } else {
      rules.push({ [clause.compare]: [choice.rule, value] });
    }
  }
  return rules.length < 2 ? (rules[0] ?? null) : { [condition.all ? "and" : "or"]: rules };
}

function clauseOf(rule: Rule, choices: Choice[]): Clause | null {
  for (const choice of choices) {
    for (const [compare] of comparisons(choice.type)) {
      for (const value of valuesIn(rule)) {
        const clause = { asked: choice.expression, compare, value };
        if (JSON.stringify(ruleOf({ all: true, clauses: [clause] }, choices)) === JSON.stringify(rule)) {
          return clause;
        }
      }
    }
  }
  return null;
}

function valuesIn(rule: Rule): string[] {
  const found = new Set<string>([""]);
  const look = (inner: Rule): void => {
    if (Array.isArray(inner)) {
      inner.forEach(look);
    } else if (inner !== null && typeof inner === "object") {
      Object.values(inner).forEach(look);
    } else if (inner !== null) {
      found.add(String(inner));
    }
  };
  look(rule);
  return [...found];
}

/** The rows of a rule, or null when it is more than rows can say. */
export function conditionOf(rule: Rule, choices: Choice[]): Condition | null {
  if (rule === null) {
    return { all: true, clauses: [] };
  }
  const [operator, given] =
    typeof rule === "object" && !Array.isArray(rule) ? Object.entries(rule)[0] : ["", null];
  const several = (operator === "and" || operator === "or") && Array.isArray(given) && given.length > 1;
  const clauses = (several ? (given as Rule[]) : [rule]).map((one) => clauseOf(one, choices));
  return clauses.includes(null) ? null : { all: operator !== "or", clauses: clauses as Clause[] };
}

/** The fields of a condition, drawn anew on every change of its shape. */
export function conditionEditor(
  condition: Condition,
  choices: Choice[],
  words: Record<string, string>,
  name: string,
  closed: boolean,
  changed: (condition: Condition) => void,
): HTMLElement {
  const box = document.createElement("div");
  box.className = "st-condition";
  const put = (place: number, next: Clause): void =>
    changed({ ...condition, clauses: condition.clauses.map((one, at) => (at === place ? next : one)) });
  const select = (label: string, options: [string, string][], value: string): HTMLSelectElement => {
    const field = document.createElement("select");
    field.className = "govuk-select";
    field.disabled = closed;
    field.setAttribute("aria-label", `${label}, ${name}`);
    field.append(...options.map(([one, said]) => new Option(said, one)));
    field.value = value;
    return field;
  };
  condition.clauses.forEach((clause, place) => {
    const line = document.createElement("div");
    line.className = "st-condition__line";
    const choice = choices.find((one) => one.expression === clause.asked) ?? choices[0];
    const asked = select(words.answer, choices.map((one) => [one.expression, one.label]), clause.asked);
    asked.addEventListener("change", () => {
      const next = choices.find((one) => one.expression === asked.value) ?? choices[0];
      put(place, { asked: next.expression, compare: comparisons(next.type)[0][0], value: "" });
    });
    const known: [string, string][] = comparisons(choice.type).map(([operator, word]) => [operator, words[word]]);
    const compare = select(words.comparison, known, clause.compare);
    compare.addEventListener("change", () => put(place, { ...clause, compare: compare.value }));
    line.append(asked, compare);
    if (!clause.compare.endsWith("empty")) {
      const yes: [string, string][] = [
        ["true", words.yes],
        ["false", words.no],
      ];
      const options = choice.type === "yes_no" ? yes : choice.options;
      let value: HTMLInputElement | HTMLSelectElement;
      if (options.length) {
        value = select(words.value, [["", words.choose], ...options], clause.value);
      } else {
        value = document.createElement("input");
        value.className = "govuk-input";
        value.type = "text";
        value.inputMode = choice.type === "number" ? "decimal" : "text";
        value.placeholder = choice.type === "date" ? words.day_shape : "";
        value.value = choice.type === "date" ? saidDay(clause.value) : clause.value;
        value.disabled = closed;
        value.setAttribute("aria-label", `${words.value}, ${name}`);
      }
      const field = value;
      field.addEventListener("change", () => {
        const kept = choice.type === "date" ? keptDay(field.value) : field.value;
        field.setAttribute("aria-invalid", String(kept === null));
        if (kept !== null) {
          put(place, { ...clause, value: kept });
        }
      });
      line.append(field);
    }
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "ui-linkbutton";
    drop.disabled = closed;
    drop.textContent = words.drop;
    drop.addEventListener("click", () =>
      changed({ ...condition, clauses: condition.clauses.filter((_one, at) => at !== place) }),
    );
    line.append(drop);
    box.append(line);
  });
  return box;
}
