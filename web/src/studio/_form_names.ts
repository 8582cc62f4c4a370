// Names of answers: made from labels, unique, and followed by every rule that reads them when they change.
import {
  type At,
  type Check,
  type Definition,
  type Field,
  type Rule,
  insert,
  insideOf,
  join,
  met,
  remove,
  walk,
  without,
  changeField,
  NESTING,
} from "./_form_model";

const RESERVED = new Set(["today", "row", "law", "csrfmiddlewaretoken", "constructor", "length", "prototype"]);
const LONGEST = 40;

/** A label as a name: no diacritics, words joined, a letter first. */
export function slug(label: string, between = "_"): string {
  const plain = label
    .toLowerCase()
    .replace(/đ/g, "d")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, between);
  let made = "";
  for (const word of plain.split(between).filter(Boolean)) {
    if (made && made.length + word.length >= LONGEST) {
      break;
    }
    made += (made ? between : "") + word;
  }
  made = made.slice(0, LONGEST);
  return !made || /^[0-9]/.test(made) ? `muc${made ? between : ""}${made}` : made;
}

function meets(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
}

/** A name below `prefix` that no answer has, nor is the beginning of one; `but` may be met again. */
export function unique(def: Definition, prefix: string, wanted: string, but = ""): string {
  const taken = walk(def)
    .filter((one) => one.field.name && one.path !== prefix && (!but || !(one.path === but || one.path.startsWith(`${but}.`))))
    .map((one) => one.path)
    .filter((path) => !prefix || !(prefix === path || prefix.startsWith(`${path}.`)));
  const free = (name: string): boolean => {
    const path = join(prefix, name);
    return !path.split(".").some((step) => RESERVED.has(step)) && !taken.some((other) => meets(path, other));
  };
  let name = wanted;
  for (let number = 2; !free(name); number += 1) {
    name = `${wanted}_${number}`;
  }
  return name;
}

export function uniquePage(def: Definition, wanted: string, but = -1): string {
  const taken = new Set(def.pages.filter((_page, index) => index !== but).map((page) => page.name));
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) {
    name = `${wanted}-${number}`;
  }
  return name;
}

/** Every name a rule reads, as it is written there. */
export function reads(rule: Rule): string[] {
  if (Array.isArray(rule)) {
    return rule.flatMap(reads);
  }
  if (typeof rule !== "object" || rule === null) {
    return [];
  }
  return Object.entries(rule).flatMap(([operator, given]) => {
    if (operator === "var") {
      return [String(Array.isArray(given) ? given[0] : given)];
    }
    const found = reads(given);
    const [rows, column] = Array.isArray(given) ? (given as [Rule, Rule]) : [null, null];
    if (operator === "sum" && typeof column === "string") {
      found.push(...reads(rows).map((table) => `${table}.${column}`));
    }
    return found;
  });
}

function follow(rule: Rule, table: string, was: string, now: string): Rule {
  const moved = (path: string): string => (path === was ? now : path.startsWith(`${was}.`) ? now + path.slice(was.length) : path);
  const here = moved(table);
  const name = (read: string): string => {
    if (!table || !read.startsWith("row.")) {
      return moved(read);
    }
    const path = moved(`${table}.${read.slice(4)}`);
    return path.startsWith(`${here}.`) ? `row.${path.slice(here.length + 1)}` : path;
  };
  const into = (part: Rule): Rule => {
    if (Array.isArray(part)) {
      return part.map(into);
    }
    if (typeof part !== "object" || part === null) {
      return part;
    }
    return Object.fromEntries(
      Object.entries(part).map(([operator, given]) => {
        if (operator === "var") {
          return [operator, Array.isArray(given) ? given.map((one) => name(String(one))) : name(String(given))];
        }
        if (operator === "sum" && Array.isArray(given) && typeof given[1] === "string") {
          const [rows] = reads(given[0]);
          const column = moved(`${rows}.${given[1]}`);
          return [operator, [into(given[0]), column.startsWith(`${moved(rows)}.`) ? column.slice(moved(rows).length + 1) : given[1]]];
        }
        return [operator, into(given)];
      }),
    );
  };
  return into(rule);
}

/** A path as it was before it was changed from `was` to `now`. */
function before(path: string, was: string, now: string): string {
  return path === now ? was : path.startsWith(`${now}.`) ? was + path.slice(now.length) : path;
}

function followIn(field: Field, table: string, path: string, was: string, now: string): Field {
  const copy: Field = { ...field };
  for (const key of ["show_if", "value"] as const) {
    if (copy[key] !== undefined && copy[key] !== null) {
      copy[key] = follow(copy[key], table, was, now);
    }
  }
  if (copy.as_of) {
    copy.as_of = (follow({ var: copy.as_of }, table, was, now) as { var: string }).var;
  }
  if (copy.fields) {
    const inner = copy.kind === "table" ? path : table;
    copy.fields = copy.fields.map((one) => followIn(one, inner, before(join(path, one.name), was, now), was, now));
  }
  return copy;
}

/** The definition with everything that reads the answer `was`, or one below it, reading `now` instead. */
export function repoint(def: Definition, was: string, now: string): Definition {
  if (was === now || !was) {
    return def;
  }
  const back = (path: string): string => before(path, was, now);
  const tables = walk(def)
    .filter((one) => one.field.kind === "table")
    .map((one) => back(one.path));
  const checked = (check: Check): Check => ({
    ...check,
    at: (follow({ var: check.at }, "", was, now) as { var: string }).var,
    holds: follow(check.holds, tables.find((table) => check.at.startsWith(`${table}.`)) ?? "", was, now),
  });
  return {
    ...def,
    pages: def.pages.map((page) => ({
      ...page,
      ...(page.show_if === undefined || page.show_if === null ? {} : { show_if: follow(page.show_if, "", was, now) }),
      fields: page.fields.map((field) => followIn(field, "", back(field.name), was, now)),
    })),
    ...(def.checks ? { checks: def.checks.map(checked) } : {}),
  };
}

/** A question under another name, rules following. */
export function rename(def: Definition, at: At, name: string): Definition {
  const here = met(def, at);
  if (!here || here.field.name === name) {
    return def;
  }
  const next = changeField(def, at, (field) => ({ ...field, name }));
  return repoint(next, here.path, met(next, at)?.path ?? here.path);
}

/** Whether a question may stand in a place: tables hold neither tables nor sections. */
export function fits(def: Definition, field: Field, home: At): boolean {
  return !(NESTING.includes(field.kind) && insideOf(def, home).table);
}

/** A question taken from one place to another; null where it may not stand. Its name stays when it is free there. */
export function move(def: Definition, from: At, to: At): { def: Definition; at: At } | null {
  const here = met(def, from);
  if (!here || to.slice(0, from.length).join() === from.join() || !fits(def, here.field, to.slice(0, -1))) {
    return null;
  }
  const bare = remove(def, from);
  const at = without(to, from);
  const { prefix } = insideOf(bare, at.slice(0, -1));
  const name = here.field.name ? unique(bare, prefix, here.field.name) : "";
  const next = insert(bare, at, { ...here.field, name });
  return { def: repoint(next, here.path, met(next, at)?.path ?? here.path), at };
}

/** The same question once more behind itself, under a name of its own. */
export function duplicate(def: Definition, at: At): { def: Definition; at: At } | null {
  const here = met(def, at);
  if (!here) {
    return null;
  }
  const behind = [...at.slice(0, -1), at[at.length - 1] + 1];
  const { prefix, table } = insideOf(def, at.slice(0, -1));
  const name = unique(def, prefix, here.field.name || slug(here.field.label ?? ""));
  const copy = followIn({ ...here.field, name }, table, here.path, here.path, join(prefix, name));
  return { def: insert(def, behind, copy), at: behind };
}

/** A reusable block put in as a section that remembers which version it is; its rules stay inside it. */
export function grouped(def: Definition, at: At, block: { code: string; version: number; title: string; name: string; fields: Field[] }): Definition {
  const { prefix } = insideOf(def, at.slice(0, -1));
  const name = unique(def, prefix, block.name || slug(block.title));
  const fields = JSON.parse(JSON.stringify(block.fields)) as Field[];
  const section: Field = { name, kind: "section", label: block.title, block: `${block.code}@${block.version}`, fields };
  return insert(def, at, followIn(section, "", "", block.name, join(prefix, name)));
}
