// The rule language in the browser: JsonLogic with the strict vocabulary of
// src/tinhso/forms/engine/rules.py, and the run of a plan as in plan.py. A test holds both to the same answers.
import logic from "json-logic-js";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Mapping = { [key: string]: Json };

/** One rule with its place. `to` are paths below the answers, or below a row of `table`. */
export interface Step {
  kind: "show" | "value" | "check";
  to: string[];
  rule: Json;
  reads: string[];
  table: string;
  note: string;
}

export interface Outcome {
  answers: Mapping;
  hidden: string[];
  broken: [string, string][];
}

const LARGEST = 1e15;
const DATE = /^[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?$/;

function isMapping(value: Json | undefined): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function get(from: Json, path: string): Json {
  let value: Json = from;
  for (const key of path.split(".")) {
    if (!isMapping(value) || !Object.prototype.hasOwnProperty.call(value, key)) {
      return null;
    }
    value = value[key];
  }
  return value;
}

export function put(into: Mapping, path: string, value: Json): void {
  const keys = path.split(".");
  const last = keys.pop() as string;
  for (const key of keys) {
    if (!isMapping(into[key])) {
      into[key] = {};
    }
    into = into[key] as Mapping;
  }
  into[last] = value;
}

function drop(from: Mapping, keys: string[]): void {
  const inner = from[keys[0]];
  if (keys.length > 1) {
    if (!isMapping(inner)) {
      return;
    }
    drop(inner, keys.slice(1));
    if (Object.keys(inner).length) {
      return;
    }
  }
  delete from[keys[0]];
}

export function empty(value: Json): boolean {
  return (
    value === null ||
    value === "" ||
    (Array.isArray(value) && !value.length) ||
    (isMapping(value) && !Object.keys(value).length)
  );
}

function same(left: Json, right: Json): boolean {
  return left === right && typeof left !== "undefined" && !(typeof left === "object" && left !== null);
}

function ordered(left: Json, right: Json): [number | string, number | string] | null {
  if (typeof left === "number" && typeof right === "number") {
    return [left, right];
  }
  if (typeof left === "string" && typeof right === "string" && DATE.test(left) && DATE.test(right)) {
    return [left + "-01-01".slice(left.length - 4), right + "-01-01".slice(right.length - 4)];
  }
  return null;
}

// Adding zero turns minus zero into zero.
function bounded(value: number): Json {
  return Number.isNaN(value) || Math.abs(value) > LARGEST ? null : value + 0;
}

function arithmetic(work: (values: number[]) => number) {
  return (...values: Json[]): Json =>
    values.every((value) => typeof value === "number") ? bounded(work(values as number[])) : null;
}

function less(left: Json, right: Json): boolean {
  const pair = ordered(left, right);
  return pair !== null && pair[0] < pair[1];
}

function atMost(left: Json, right: Json): boolean {
  const pair = ordered(left, right);
  return pair !== null && pair[0] <= pair[1];
}

function dates(first: Json, last: Json): [string, string] | null {
  return typeof first === "string" ? (ordered(first, last) as [string, string] | null) : null;
}

// Days of the civil calendar by Howard Hinnant's algorithm; any digits do.
function ordinal(text: string): number {
  const month = Number(text.slice(5, 7));
  const year = Number(text.slice(0, 4)) - (month <= 2 ? 1 : 0);
  const leaps = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  return 365 * year + leaps + Math.floor((153 * ((month + 9) % 12) + 2) / 5) + Number(text.slice(8)) - 1;
}

const vocabulary: { [name: string]: (...values: Json[]) => Json } = {
  "==": same,
  "!=": (left, right) => !same(left, right),
  "<": less,
  "<=": atMost,
  ">": (left, right) => less(right, left),
  ">=": (left, right) => atMost(right, left),
  in: (value, values) => Array.isArray(values) && values.some((item) => same(value, item)),
  "+": arithmetic((values) => values.reduce((total, value) => total + value)),
  "-": arithmetic(([left, right]) => left - right),
  "*": arithmetic((values) => values.reduce((total, value) => total * value)),
  "/": (left, right) => (right === 0 ? null : arithmetic(([over, under]) => over / under)(left, right)),
  min: arithmetic((values) => Math.min(...values)),
  max: arithmetic((values) => Math.max(...values)),
  round: arithmetic(([value]) => Math.floor(value + 0.5)),
  years: (first, last) => {
    const pair = dates(first, last);
    return pair && Number(pair[1].slice(0, 4)) - Number(pair[0].slice(0, 4)) - (pair[1].slice(5) < pair[0].slice(5) ? 1 : 0);
  },
  days: (first, last) => {
    const pair = dates(first, last);
    return pair && ordinal(pair[1]) - ordinal(pair[0]);
  },
  sum: (rows, column) => {
    if (!Array.isArray(rows)) {
      return 0;
    }
    return bounded(
      rows.reduce((total: number, row) => {
        const value = get(row, String(column));
        return total + (typeof value === "number" ? value : 0);
      }, 0),
    );
  },
  count: (value) => (Array.isArray(value) ? value.length : 0),
  empty,
};

for (const name of Object.keys(vocabulary)) {
  logic.add_operation(name, vocabulary[name]);
}
logic.add_operation("var", function (this: Json, name: string): Json {
  return get(this, name);
});

function step(rule: Step, data: Mapping, home: Mapping, prefix: string, found: Outcome): void {
  if (rule.kind === "check") {
    if (!rule.reads.some((name) => empty(get(data, name))) && !logic.truthy(logic.apply(rule.rule, data))) {
      found.broken.push([prefix + rule.to[0], rule.note]);
    }
    return;
  }
  const value = logic.apply(rule.rule, data) as Json;
  if (rule.kind === "value") {
    if (value === null) {
      drop(home, rule.to[0].split("."));
    } else {
      put(home, rule.to[0], value);
    }
  } else if (!logic.truthy(value)) {
    for (const target of rule.to) {
      found.hidden.push(prefix + target);
      drop(home, target.split("."));
    }
  }
}

/** Run the rules over answers, which stay as they are. */
export function run(plan: Step[], answers: Mapping, today: string, law: Mapping): Outcome {
  const data: Mapping = { ...(JSON.parse(JSON.stringify(answers)) as Mapping), today, law };
  const found: Outcome = { answers: data, hidden: [], broken: [] };
  for (const rule of plan) {
    if (!rule.table) {
      step(rule, data, data, "", found);
      continue;
    }
    const rows = get(data, rule.table);
    (Array.isArray(rows) ? rows : []).forEach((row, index) => {
      if (isMapping(row)) {
        data.row = row;
        step(rule, data, row, `${rule.table}.${index}.`, found);
      }
    });
    delete data.row;
  }
  delete data.today;
  delete data.law;
  return found;
}
