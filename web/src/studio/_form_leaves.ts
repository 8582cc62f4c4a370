// Single answers of a form, as rules may read them: composites taken apart, columns named by their row.
import { type Definition, type Field, type Met, join, same, type At, walk } from "./_form_model";

interface KnownPart {
  name: string;
  label: string;
  kind: string;
  always: boolean;
}

export type KnownParts = { [kind: string]: KnownPart[] };

export interface Leaf {
  /** What a rule writes to read it. */
  name: string;
  label: string;
  kind: string;
  page: string;
  field: Field;
  columns: Leaf[];
}

/** What kind of value a kind of question gives. */
export function sort(kind: string): string {
  if (kind === "number" || kind === "money" || kind === "computed") {
    return "number";
  }
  if (kind === "yes_no" || kind === "consent") {
    return "truth";
  }
  if (["choices", "table", "choice", "date", "file", "fact"].includes(kind)) {
    return kind;
  }
  return kind === "text" || kind === "long_text" ? "text" : "other";
}

function titled(field: Field): string {
  return field.label || field.name;
}

function leavesOf(one: Met, known: KnownParts, from: string): Leaf[] {
  const page = one.page.question || one.page.name;
  const parts = known[one.field.kind];
  if (parts) {
    const chosen = one.field.parts?.length ? one.field.parts : parts.filter((part) => part.always).map((part) => part.name);
    return parts
      .filter((part) => chosen.includes(part.name))
      .map((part) => ({
        name: join(from, part.name),
        label: `${part.label} (${titled(one.field)})`,
        kind: part.kind,
        page,
        field: { name: part.name, kind: part.kind },
        columns: [],
      }));
  }
  return [{ name: from, label: titled(one.field), kind: one.field.kind, page, field: one.field, columns: [] }];
}

/** What may be read in the row of `table` (empty: anywhere), of the questions `use` lets through. */
export function readable(def: Definition, known: KnownParts, table: string, use: (one: Met) => boolean): Leaf[] {
  const found: Leaf[] = [];
  const tables = new Map<string, Leaf>();
  for (const one of walk(def)) {
    if (one.field.kind === "section" || !one.field.name) {
      continue;
    }
    if (one.table) {
      const row = one.table === table ? `row.${one.path.slice(table.length + 1)}` : one.path;
      const leaves = leavesOf(one, known, row);
      tables.get(one.table)?.columns.push(...leavesOf(one, known, one.path.slice(one.table.length + 1)));
      if (one.table === table && use(one)) {
        found.push(...leaves);
      }
      continue;
    }
    const leaves = leavesOf(one, known, one.path);
    if (one.field.kind === "table") {
      tables.set(one.path, leaves[0]);
    }
    if (use(one)) {
      found.push(...leaves);
    }
  }
  return found;
}

/** Questions asked before the one at a place: on earlier pages, or above it on its page. */
export function earlier(at: At): (one: Met) => boolean {
  return (one) => {
    if (same(one.at, at.slice(0, one.at.length))) {
      return false;
    }
    for (let step = 0; step < Math.min(one.at.length, at.length); step += 1) {
      if (one.at[step] !== at[step]) {
        return one.at[step] < at[step];
      }
    }
    return false;
  };
}

/** Legal values that a form reads, as if they were answers. */
export function laws(def: Definition, known: { key: string; label: string }[], page: string): Leaf[] {
  return Object.entries(def.law ?? {}).map(([name, of]) => ({
    name: `law.${name}`,
    label: known.find((one) => one.key === of)?.label ?? of,
    kind: "number",
    page,
    field: { name, kind: "number" },
    columns: [],
  }));
}
