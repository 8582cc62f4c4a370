// A form definition in the editor: its shape, places in it, and changes that give a new definition.
// Nothing here touches the page.

export type Rule = unknown;

export interface Option {
  value: string;
  label: string;
  hint?: string;
}

export interface Field {
  name: string;
  kind: string;
  label?: string;
  required?: boolean;
  show_if?: Rule;
  value?: Rule;
  as_of?: string;
  prefill?: string;
  options?: Option[];
  fields?: Field[];
  parts?: string[];
  optional_parts?: string[];
  [key: string]: unknown;
}

export interface FormPage {
  name: string;
  question: string;
  fields: Field[];
  part?: string;
  hint?: string;
  show_if?: Rule;
}

export interface Check {
  name: string;
  at: string;
  holds: Rule;
  fault: string;
}

export interface Part {
  name: string;
  title: string;
}

export interface Definition {
  title: string;
  pages: FormPage[];
  parts?: Part[];
  checks?: Check[];
  minutes?: number;
  law?: { [name: string]: string };
}

export interface Body {
  code: string;
  definition: Definition | null;
}

/** A place: the page, then the question in it, then the question in that section or table … */
export type At = number[];

/** A question met on the way through a form. `path` is the name of its answer, `table` the table it is a column of. */
export interface Met {
  at: At;
  field: Field;
  path: string;
  page: FormPage;
  table: string;
}

export const NESTING = ["section", "table"];

export function join(prefix: string, name: string): string {
  return prefix && name ? `${prefix}.${name}` : prefix || name;
}

/** A copy with the key set; a value that is the language's default is left out of the text. */
export function put<T extends object>(into: T, key: string, value: unknown): T {
  const copy = { ...into } as { [key: string]: unknown };
  const bare = value === undefined || value === null || value === "" || value === false || (Array.isArray(value) && !value.length);
  if (bare && key !== "label" && key !== "name") {
    delete copy[key];
  } else {
    copy[key] = value;
  }
  return copy as T;
}

/** All questions in order, sections and tables before what is in them. */
export function walk(def: Definition): Met[] {
  const found: Met[] = [];
  const into = (fields: Field[], at: At, prefix: string, table: string, page: FormPage): void => {
    fields.forEach((field, index) => {
      const path = join(prefix, field.name);
      found.push({ at: [...at, index], field, path, page, table });
      into(field.fields ?? [], [...at, index], path, field.kind === "table" ? path : table, page);
    });
  };
  def.pages.forEach((page, index) => into(page.fields, [index], "", "", page));
  return found;
}

export function same(one: At, other: At): boolean {
  return one.length === other.length && one.every((step, index) => step === other[index]);
}

export function met(def: Definition, at: At): Met | undefined {
  return walk(def).find((one) => same(one.at, at));
}

/** The questions of a page, a section or a table. */
export function listAt(def: Definition, home: At): Field[] {
  let list = def.pages[home[0]]?.fields ?? [];
  for (const step of home.slice(1)) {
    list = list[step]?.fields ?? [];
  }
  return list;
}

/** The name before those of the questions in a place, and the table they are columns of. */
export function insideOf(def: Definition, home: At): { prefix: string; table: string } {
  const holder = home.length > 1 ? met(def, home) : undefined;
  return { prefix: holder?.path ?? "", table: holder ? (holder.field.kind === "table" ? holder.path : holder.table) : "" };
}

export function changePage(def: Definition, page: number, change: (page: FormPage) => FormPage): Definition {
  return { ...def, pages: def.pages.map((one, index) => (index === page ? change(one) : one)) };
}

function changeList(def: Definition, home: At, change: (list: Field[]) => Field[]): Definition {
  const into = (list: Field[], steps: At): Field[] =>
    steps.length
      ? list.map((one, index) => (index === steps[0] ? { ...one, fields: into(one.fields ?? [], steps.slice(1)) } : one))
      : change(list);
  return changePage(def, home[0], (page) => ({ ...page, fields: into(page.fields, home.slice(1)) }));
}

export function changeField(def: Definition, at: At, change: (field: Field) => Field): Definition {
  const last = at[at.length - 1];
  return changeList(def, at.slice(0, -1), (list) => list.map((one, index) => (index === last ? change(one) : one)));
}

export function insert(def: Definition, at: At, ...fields: Field[]): Definition {
  return changeList(def, at.slice(0, -1), (list) => [...list.slice(0, at[at.length - 1]), ...fields, ...list.slice(at[at.length - 1])]);
}

export function remove(def: Definition, at: At): Definition {
  return changeList(def, at.slice(0, -1), (list) => list.filter((_one, index) => index !== at[at.length - 1]));
}

/** Where a place lies once the question at `gone` has been taken out. */
export function without(place: At, gone: At): At {
  const depth = gone.length - 1;
  if (place.length <= depth || !same(place.slice(0, depth), gone.slice(0, depth)) || place[depth] <= gone[depth]) {
    return place;
  }
  return place.map((step, index) => (index === depth ? step - 1 : step));
}

/** Keys of members for drawing: their names, the place where a name is missing or there twice. */
export function keyed(list: { name: string }[]): (one: { name: string }, index: number) => string | number {
  const first = new Map<string, number>();
  list.forEach((one, index) => first.has(one.name) || first.set(one.name, index));
  return (one, index) => (one.name && first.get(one.name) === index ? one.name : index);
}

/** A list with one member taken from a place to another. */
export function moved<T>(list: T[], from: number, to: number): T[] {
  const copy = list.slice();
  copy.splice(to, 0, ...copy.splice(from, 1));
  return copy;
}
