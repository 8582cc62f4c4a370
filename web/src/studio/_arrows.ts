// Conditions on the arrows of a process, to and from the rule language that the builder draws: every comparison of a
// fact with a value is one answer, named by its own text, that holds or does not.
import type { Leaf } from "./_form_leaves";
import type { Rule } from "./_form_model";

export interface Known {
  text: string;
  label: string;
}

const WORD = /\s*(\(|\)|[A-Za-z_]\w*|==|!=|"[^"\\]*"|'[^'\\]*')/y;

function words(text: string): string[] | null {
  const found: string[] = [];
  WORD.lastIndex = 0;
  while (text.slice(WORD.lastIndex).trim()) {
    const word = WORD.exec(text);
    if (!word) {
      return null;
    }
    found.push(word[1]);
  }
  return found;
}

/** The rule of a condition as it is written on an arrow; undefined for one that is more than facts, and, or, not. */
export function ruleOfArrow(text: string): Rule | undefined {
  const given = words(text);
  if (!given) {
    return undefined;
  }
  let at = 0;
  const several = (word: string, operator: string, one: () => Rule | undefined): Rule | undefined => {
    const found = [one()];
    while (given[at] === word) {
      at += 1;
      found.push(one());
    }
    return found.includes(undefined) ? undefined : found.length > 1 ? { [operator]: found } : found[0];
  };
  const single = (): Rule | undefined => {
    const word = given[at];
    if (word === "not") {
      at += 1;
      const denied = single();
      return denied === undefined ? undefined : { "!": [denied] };
    }
    if (word === "(") {
      at += 1;
      const inside = any();
      return given[at++] === ")" ? inside : undefined;
    }
    const [fact, sign, value] = given.slice(at, at + 3);
    at += 3;
    if (!/^[A-Za-z_]/.test(fact ?? "") || !/^[=!]=$/.test(sign ?? "") || !/^["']/.test(value ?? "")) {
      return undefined;
    }
    const holds = { var: `${fact} == "${value.slice(1, -1)}"` };
    return sign === "==" ? holds : { "!": [holds] };
  };
  const all = (): Rule | undefined => several("and", "and", single);
  const any = (): Rule | undefined => several("or", "or", all);
  if (!given.length) {
    return null;
  }
  const rule = any();
  return at === given.length ? rule : undefined;
}

/** A rule with every part joined by words: `joined` puts its parts together, `one` says a fact that holds or not. */
function told(rule: Rule, joined: (operator: string, parts: string[]) => string, one: (fact: string, denied: boolean) => string): string {
  const [[operator, given]] = Object.entries(rule as { [name: string]: Rule });
  if (operator === "var") {
    return one(given as string, false);
  }
  const [first] = given as Rule[];
  if (operator === "!" && typeof first === "object" && first !== null && "var" in first) {
    return one((first as { var: string }).var, true);
  }
  const parts = (given as Rule[]).map((part) => {
    const said = told(part, joined, one);
    return part !== null && typeof part === "object" && ("and" in part || "or" in part) ? `(${said})` : said;
  });
  return joined(operator, parts);
}

/** A rule as it is written on an arrow; empty for none. */
export function arrowOf(rule: Rule): string {
  return rule === null || rule === undefined
    ? ""
    : told(
        rule,
        (operator, parts) => (operator === "!" ? `not ${parts[0]}` : parts.join(` ${operator} `)),
        (fact, denied) => (denied ? fact.replace(" == ", " != ") : fact),
      );
}

/** A rule in words. */
export function sayArrow(rule: Rule, known: Known[], words: Record<string, string>): string {
  const label = (fact: string): string => known.find((one) => one.text === fact)?.label ?? fact;
  return rule === null || rule === undefined
    ? ""
    : told(
        rule,
        (operator, parts) => (operator === "!" ? `${words.not} ${parts[0]}` : parts.join(` ${words[operator]} `)),
        (fact, denied) => (denied ? `${words.not} (${label(fact)})` : label(fact)),
      );
}

/** What an arrow may ask, as answers for the builder. */
export function arrowLeaves(known: Known[]): Leaf[] {
  return known.map(({ text, label }) => ({ name: text, label, kind: "fact", page: "", field: { name: text, kind: "fact" }, columns: [] }));
}
