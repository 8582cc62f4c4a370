// Conditions as rows and groups of rows: what the builder can draw of the rule language, read from it and written
// to it. A rule that does not fit is not touched; it is edited as text.
import type { Rule } from "./_form_model";

export type Operand =
  | { by: "answer"; name: string }
  | { by: "years" | "days"; name: string; until: string }
  | { by: "count"; name: string }
  | { by: "sum"; name: string; column: string }
  | { by: "value"; value: string | number | null }
  | { by: "values"; values: (string | number)[] };

export interface Row {
  left: Operand;
  op: string;
  right: Operand | null;
}

/** All members hold, at least one does, or none does. */
export type Join = "all" | "any" | "none";

export interface Group {
  join: Join;
  members: Member[];
}
export type Member = Row | Group;

export function isGroup(one: Member): one is Group {
  return "members" in one;
}

const COMPARED = ["==", "!=", "<", "<=", ">", ">="];

function call(rule: Rule): [string, Rule[]] | null {
  if (typeof rule !== "object" || rule === null || Array.isArray(rule)) {
    return null;
  }
  const entries = Object.entries(rule);
  if (entries.length !== 1) {
    return null;
  }
  const [name, given] = entries[0] as [string, Rule];
  return [name, Array.isArray(given) ? given : [given]];
}

function named(rule: Rule): string | null {
  const taken = call(rule);
  return taken && taken[0] === "var" && taken[1].length === 1 && typeof taken[1][0] === "string" ? taken[1][0] : null;
}

/** A value that the builder can draw; null for any other. */
export function operand(rule: Rule): Operand | null {
  if (rule === null || typeof rule === "string" || typeof rule === "number") {
    return { by: "value", value: rule };
  }
  const name = named(rule);
  if (name !== null) {
    return { by: "answer", name };
  }
  const taken = call(rule);
  if (!taken) {
    return null;
  }
  const [operator, given] = taken;
  const first = named(given[0]);
  if (first === null) {
    return null;
  }
  if ((operator === "years" || operator === "days") && given.length === 2) {
    const until = named(given[1]);
    return until === null ? null : { by: operator, name: first, until };
  }
  if (operator === "count" && given.length === 1) {
    return { by: "count", name: first };
  }
  return operator === "sum" && typeof given[1] === "string" ? { by: "sum", name: first, column: given[1] } : null;
}

export function written(one: Operand): Rule {
  switch (one.by) {
    case "answer":
      return { var: one.name };
    case "years":
    case "days":
      return { [one.by]: [{ var: one.name }, { var: one.until }] };
    case "count":
      return { count: [{ var: one.name }] };
    case "sum":
      return { sum: [{ var: one.name }, one.column] };
    case "value":
      return one.value;
    case "values":
      return one.values;
  }
}

function plain(list: Rule): list is (string | number)[] {
  return Array.isArray(list) && list.every((one) => typeof one === "string" || typeof one === "number");
}

function among(given: Rule[], no: boolean): Row | null {
  const [value, where] = given;
  const name = named(value);
  if (name !== null && plain(where)) {
    return { left: { by: "answer", name }, op: no ? "none_of" : "one_of", right: { by: "values", values: where } };
  }
  const list = named(where);
  if (list !== null && typeof value === "string") {
    return { left: { by: "answer", name: list }, op: no ? "lacks" : "has", right: { by: "value", value } };
  }
  return null;
}

function row(rule: Rule): Row | null {
  const name = named(rule);
  if (name !== null) {
    return { left: { by: "answer", name }, op: "yes", right: null };
  }
  const taken = call(rule);
  if (!taken) {
    return null;
  }
  const [operator, given] = taken;
  if (operator === "!" && given.length === 1) {
    const inner = call(given[0]);
    const read = named(given[0]);
    if (read !== null) {
      return { left: { by: "answer", name: read }, op: "not_yes", right: null };
    }
    const empty = inner && inner[0] === "empty" ? named(inner[1][0]) : null;
    if (empty !== null) {
      return { left: { by: "answer", name: empty }, op: "filled", right: null };
    }
    return inner && inner[0] === "in" ? among(inner[1], true) : null;
  }
  if (operator === "empty") {
    const read = named(given[0]);
    return read === null ? null : { left: { by: "answer", name: read }, op: "empty", right: null };
  }
  if (operator === "in" && given.length === 2) {
    return among(given, false);
  }
  if (!COMPARED.includes(operator) || given.length !== 2) {
    return null;
  }
  const left = operand(given[0]);
  if (left && left.by === "answer" && typeof given[1] === "boolean" && (operator === "==" || operator === "!=")) {
    return operator === "==" ? { left, op: given[1] ? "yes" : "no", right: null } : null;
  }
  const right = operand(given[1]);
  return left && right && left.by !== "value" && !(right.by === "value" && right.value === null)
    ? { left, op: operator, right }
    : null;
}

function group(rule: Rule): Group | null {
  const taken = call(rule);
  const denied = taken && taken[0] === "!" && taken[1].length === 1 ? call(taken[1][0]) : null;
  const [operator, given] = denied ?? taken ?? ["", []];
  if (operator !== "or" && (operator !== "and" || denied)) {
    return null;
  }
  const members = given.map((one) => row(one) ?? group(one));
  const join = denied ? "none" : operator === "and" ? "all" : "any";
  return members.some((one) => one === null) ? null : { join, members: members as Member[] };
}

/** A condition as a group; null when it has a shape that rows and groups cannot show. No condition has no members. */
export function groupOf(rule: Rule): Group | null {
  if (rule === undefined || rule === null) {
    return { join: "all", members: [] };
  }
  const alone = row(rule);
  return alone ? { join: "all", members: [alone] } : group(rule);
}

function rowRule(one: Row): Rule {
  const left = written(one.left);
  const right = one.right ? written(one.right) : null;
  switch (one.op) {
    case "yes":
      return left;
    case "not_yes":
      return { "!": [left] };
    case "no":
      return { "==": [left, false] };
    case "empty":
      return { empty: [left] };
    case "filled":
      return { "!": [{ empty: [left] }] };
    case "one_of":
      return { in: [left, right] };
    case "none_of":
      return { "!": [{ in: [left, right] }] };
    case "has":
      return { in: [right, left] };
    case "lacks":
      return { "!": [{ in: [right, left] }] };
    default:
      return { [one.op]: [left, right] };
  }
}

function joined({ join, members }: Group): Rule {
  const rule = { [join === "all" ? "and" : "or"]: members.map((one) => (isGroup(one) ? joined(one) : rowRule(one))) };
  return join === "none" ? { "!": [rule] } : rule;
}

/** The rule of a group; null without members. */
export function ruleOf(group: Group): Rule {
  const [first] = group.members;
  if (!first) {
    return null;
  }
  if (group.members.length > 1 || group.join === "none") {
    return joined(group);
  }
  return isGroup(first) ? joined(first) : rowRule(first);
}

/** A computed value as one operation over simple values. */
export interface Sum {
  op: string;
  round: boolean;
  terms: Operand[];
}

export const SUMS = ["+", "-", "*", "/", "min", "max"];

export function sumOf(rule: Rule): Sum | null {
  if (rule === undefined || rule === null) {
    return { op: "+", round: false, terms: [] };
  }
  let taken = call(rule);
  const round = taken !== null && taken[0] === "round";
  const inner = round && taken ? taken[1][0] : rule;
  taken = call(inner);
  if (taken && SUMS.includes(taken[0])) {
    const terms = taken[1].map(operand);
    return terms.some((one) => one === null) ? null : { op: taken[0], round, terms: terms as Operand[] };
  }
  const alone = operand(inner);
  return alone && alone.by !== "value" ? { op: "+", round, terms: [alone] } : null;
}

export function valueOf(sum: Sum): Rule {
  const terms = sum.terms.map(written);
  if (!terms.length) {
    return null;
  }
  const alone = terms.length === 1 && typeof terms[0] === "object" && terms[0] !== null;
  const made = alone ? terms[0] : { [sum.op]: terms.length === 1 ? [terms[0], 0] : terms };
  return sum.round ? { round: [made] } : made;
}
