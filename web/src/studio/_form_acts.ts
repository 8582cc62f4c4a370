// What is done to a form from buttons, keys and dragging: every act says aloud what it did.
import {
  type At,
  type Field,
  type Met,
  changeField,
  changePage,
  insert,
  insideOf,
  listAt,
  met,
  moved,
  NESTING,
  put,
  remove,
  same,
  walk,
} from "./_form_model";
import { duplicate, fits, grouped, move, reads, rename, slug, unique, uniquePage } from "./_form_names";
import { type Block, type Studio } from "./_form_studio";

function told(studio: Studio, field: Field): string {
  return field.label || studio.kind(field.kind).name;
}

function fresh(studio: Studio, kind: string, home: At): Field {
  const { prefix } = insideOf(studio.def, home);
  const name = unique(studio.def, prefix, slug(studio.kind(kind).name));
  const field: Field = { name, kind, label: "" };
  if (kind === "choice" || kind === "choices") {
    field.options = [
      { value: "y_1", label: "" },
      { value: "y_2", label: "" },
    ];
  }
  if (kind === "consent") {
    field.label = studio.t("consent_words");
  }
  return field;
}

/** Where a new question goes: into the section selected, behind the question selected, else at the page's end. */
export function nextPlace(studio: Studio): At {
  const { selected, def } = studio;
  if (selected.what === "field") {
    const field = met(def, selected.at)?.field;
    if (field && NESTING.includes(field.kind)) {
      return [...selected.at, (field.fields ?? []).length];
    }
    return [...selected.at.slice(0, -1), selected.at[selected.at.length - 1] + 1];
  }
  const page = studio.page;
  return [page, def.pages[page].fields.length];
}

export function add(studio: Studio, kind: string, place = nextPlace(studio)): void {
  let at = place;
  const field = fresh(studio, kind, at.slice(0, -1));
  if (!fits(studio.def, field, at.slice(0, -1))) {
    at = [at[0], at[1] + 1];
    field.name = unique(studio.def, "", slug(studio.kind(kind).name));
  }
  const next = insert(studio.def, at, field);
  studio.edit(next);
  studio.select({ what: "field", at });
  studio.fresh.add(met(next, at)?.path ?? "");
  for (const option of field.options ?? []) {
    studio.fresh.add(`#${option.value}`);
  }
  studio.say(studio.t("added", { name: studio.kind(kind).name }));
  requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-properties] input, [data-properties] textarea")?.focus());
}

export function addBlock(studio: Studio, block: Block): void {
  let at = nextPlace(studio);
  if (at.length > 2) {
    at = [at[0], at[1] + 1];
  }
  studio.edit(grouped(studio.def, at, block));
  studio.select({ what: "field", at });
  studio.say(studio.t("added", { name: block.title }));
}

/** The label changed; the name follows while the question is new. */
export function relabel(studio: Studio, one: Met, label: string): void {
  let next = changeField(studio.def, one.at, (field) => ({ ...field, label }));
  if (studio.fresh.has(one.path)) {
    const { prefix } = insideOf(studio.def, one.at.slice(0, -1));
    const name = unique(studio.def, prefix, slug(label || studio.kind(one.field.kind).name), one.path);
    next = rename(next, one.at, name);
    studio.fresh.delete(one.path);
    studio.fresh.add(met(next, one.at)?.path ?? "");
  }
  studio.edit(next, `label:${one.at.join(".")}`);
}

export function moveBy(studio: Studio, at: At, by: number): void {
  const last = at[at.length - 1];
  const list = listAt(studio.def, at.slice(0, -1));
  const to = last + by;
  if (to < 0 || to >= list.length) {
    studio.say(studio.t(by < 0 ? "is_first" : "is_last"));
    return;
  }
  const place = [...at.slice(0, -1), to];
  const home = at.slice(0, -1);
  const swapped = moved(list, last, to);
  const whole = home.length > 1 ? changeField(studio.def, home, (field) => ({ ...field, fields: swapped })) : changePage(studio.def, home[0], (page) => ({ ...page, fields: swapped }));
  studio.edit(whole);
  studio.select({ what: "field", at: place });
  studio.say(studio.t("moved_to", { name: told(studio, list[last]), n: to + 1, of: list.length }));
  focusCard(place);
}

export function moveTo(studio: Studio, from: At, to: At): void {
  const field = met(studio.def, from)?.field;
  const done = field && move(studio.def, from, to);
  if (!field || !done) {
    studio.say(studio.t("no_table_inside"));
    return;
  }
  if (same(done.at, from)) {
    return;
  }
  studio.edit(done.def);
  studio.select({ what: "field", at: done.at });
  const page = done.def.pages[done.at[0]];
  studio.say(studio.t("moved_page", { name: told(studio, field), page: page.question || page.name, n: done.at[done.at.length - 1] + 1 }));
  focusCard(done.at);
}

export function copy(studio: Studio, at: At): void {
  const done = duplicate(studio.def, at);
  if (done) {
    studio.edit(done.def);
    studio.select({ what: "field", at: done.at });
    studio.say(studio.t("copied", { name: told(studio, met(done.def, done.at)?.field ?? { name: "", kind: "" }) }));
    focusCard(done.at);
  }
}

/** How many rules read an answer or what lies below it. */
export function readers(studio: Studio, path: string): number {
  const def = studio.def;
  const rules = [
    ...def.pages.map((page) => ({ rule: page.show_if, table: "" })),
    ...walk(def).flatMap((one) => [one.field.show_if, one.field.value].map((rule) => ({ rule, table: one.table }))),
    ...(def.checks ?? []).map((check) => ({ rule: check.holds, table: "" })),
  ];
  const below = (name: string): boolean => name === path || name.startsWith(`${path}.`);
  return rules.filter(({ rule, table }) =>
    reads(rule).some((name) => below(table && name.startsWith("row.") ? `${table}.${name.slice(4)}` : name)),
  ).length;
}

export function drop(studio: Studio, at: At): void {
  const one = met(studio.def, at);
  if (!one) {
    return;
  }
  const n = one.path ? readers(studio, one.path) : 0;
  studio.edit(remove(studio.def, at));
  const left = listAt(studio.def, at.slice(0, -1)).length;
  const last = at[at.length - 1];
  if (left) {
    const place = [...at.slice(0, -1), Math.min(last, left - 1)];
    studio.select({ what: "field", at: place });
    focusCard(place);
  } else {
    studio.select(at.length > 2 ? { what: "field", at: at.slice(0, -1) } : { what: "page", at: [at[0]] });
  }
  studio.say(studio.t(n ? "dropped_read" : "dropped", { name: told(studio, one.field), n }));
}

export function addPage(studio: Studio): void {
  const at = studio.selected.what === "form" || studio.selected.what === "check" ? studio.def.pages.length : studio.page + 1;
  const part = studio.def.pages[Math.max(0, at - 1)]?.part;
  const page = put({ name: uniquePage(studio.def, "trang"), question: "", fields: [] }, "part", part);
  const pages = [...studio.def.pages.slice(0, at), page, ...studio.def.pages.slice(at)];
  studio.edit({ ...studio.def, pages });
  studio.select({ what: "page", at: [at] });
  studio.fresh.add(`page:${page.name}`);
  studio.say(studio.t("page_added", { n: at + 1 }));
  requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-properties] input, [data-properties] textarea")?.focus());
}

export function reask(studio: Studio, page: number, question: string): void {
  const old = studio.def.pages[page].name;
  let name = old;
  if (studio.fresh.has(`page:${old}`)) {
    name = uniquePage(studio.def, slug(question, "-") || "trang", page);
    studio.fresh.delete(`page:${old}`);
    studio.fresh.add(`page:${name}`);
  }
  studio.edit(changePage(studio.def, page, (one) => ({ ...one, question, name })), `question:${page}`);
}

export function movePage(studio: Studio, from: number, to: number): void {
  const { pages } = studio.def;
  if (to < 0 || to >= pages.length || to === from) {
    studio.say(studio.t(to < 0 ? "is_first" : "is_last"));
    return;
  }
  studio.edit({ ...studio.def, pages: moved(pages, from, to) });
  studio.select({ what: "page", at: [to] });
  studio.say(studio.t("moved_to", { name: pages[from].question || pages[from].name, n: to + 1, of: pages.length }));
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-outline="${to}"]`)?.focus());
}

export function dropPage(studio: Studio, page: number): void {
  const { pages } = studio.def;
  const said = pages[page].question || pages[page].name;
  studio.edit({ ...studio.def, pages: pages.filter((_one, index) => index !== page) });
  studio.select(pages.length > 1 ? { what: "page", at: [Math.min(page, pages.length - 2)] } : { what: "form" });
  studio.say(studio.t("dropped", { name: said }));
}

export function focusCard(at: At): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-card="${at.join(".")}"]`)?.focus());
}
