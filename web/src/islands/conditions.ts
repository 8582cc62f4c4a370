// Shows and hides what depends on other answers of the same page, and fills in what is computed.
// The server decides again on every request; without this file people read when a question is for them.
import { type Json, type Mapping, type Step, get, put, run } from "../forms/rules";

interface Given {
  plan: Step[];
  answers: Mapping;
  kinds: { [path: string]: string };
  today: string;
  law: Mapping;
}

function numeric(text: string): Json {
  const plain = text.replace(/[\s.]/g, "").replace(",", ".");
  return /^[+-]?[0-9]+(\.[0-9]+)?$/.test(plain) ? Number(plain) : null;
}

/** A point and a comma mean the same in degrees: nothing is grouped there. */
function degrees(text: string): Json {
  return /^[+-]?[0-9]+([.,][0-9]+)?$/.test(text) ? Number(text.replace(",", ".")) : null;
}

function day(box: (part: string) => string): Json {
  const [date, month, year] = ["ngay", "thang", "nam"].map((part) => box(part).replace(/\D/g, ""));
  const two = (digits: string) => digits.padStart(2, "0");
  return year.length === 4 && date && month ? `${year}-${two(month)}-${two(date)}` : null;
}

function answer(form: FormData, name: string, kind: string): Json {
  const text = (key: string) => String(form.get(key) ?? "").trim();
  switch (kind) {
    case "date":
      return day((part) => text(`${name}.${part}`));
    case "choices":
    case "file":
      return form.getAll(name).map(String).filter(Boolean);
    case "yes_no":
      return form.has(name) ? text(name) === "co" : null;
    case "consent":
      return form.has(name) || null;
    case "number":
    case "money":
      return numeric(text(name));
    case "address":
      return text(`${name}.xa`) ? { xa: text(`${name}.xa`), ma_xa: text(`${name}.ma_xa`) || null } : null;
    case "map_point":
      return text(`${name}.vi_do`) ? { vi_do: degrees(text(`${name}.vi_do`)), kinh_do: degrees(text(`${name}.kinh_do`)) } : null;
    case "signature":
      return text(`${name}.net`) || text(`${name}.ten`) ? { ten: text(`${name}.ten`) } : null;
    default:
      return text(name) || null;
  }
}

function collect(given: Given, form: FormData): Mapping {
  const answers = JSON.parse(JSON.stringify(given.answers)) as Mapping;
  for (const path of Object.keys(given.kinds)) {
    const [table, column] = path.split("[].");
    if (column === undefined) {
      put(answers, path, answer(form, path, given.kinds[path]));
      continue;
    }
    const rows = (get(answers, table) ?? []) as Mapping[];
    while (document.querySelector(`[data-row="${table}.${rows.length}"]`)) {
      rows.push({});
    }
    rows.forEach((row, index) => put(row, column, answer(form, `${table}.${index}.${column}`, given.kinds[path])));
    put(answers, table, rows);
  }
  return answers;
}

function shown(value: Json): string {
  if (typeof value !== "number") {
    return value === null ? "" : String(value);
  }
  const [whole, fraction] = String(value).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ".") + (fraction ? `,${fraction}` : "");
}

function start(source: HTMLScriptElement): void {
  const form = source.closest("form");
  if (!form) {
    return;
  }
  const given = JSON.parse(source.textContent ?? "{}") as Given;
  const apply = () => {
    const found = run(given.plan, collect(given, new FormData(form)), given.today, given.law);
    const hidden = new Set(found.hidden);
    for (const part of form.querySelectorAll<HTMLElement>("[data-asks]")) {
      part.hidden = (part.dataset.asks ?? "").split(" ").every((path) => hidden.has(path));
    }
    for (const output of form.querySelectorAll<HTMLOutputElement>("output[data-answer]")) {
      output.value = shown(place(found.answers, output.dataset.answer ?? ""));
    }
  };
  for (const note of form.querySelectorAll<HTMLElement>("[data-note]")) {
    note.hidden = true;
  }
  form.addEventListener("input", apply);
  form.addEventListener("change", apply);
  window.addEventListener("pageshow", apply);
  apply();
}

function place(answers: Mapping, path: string): Json {
  const [table, index, column] = path.split(/\.(\d+)\./);
  const rows = get(answers, table);
  return column === undefined ? rows : Array.isArray(rows) ? get(rows[Number(index)] ?? null, column) : null;
}

document.querySelectorAll<HTMLScriptElement>("script[data-conditions]").forEach(start);
