// The page of fees: the decision table (or the plain sums of a procedure without one) as a spreadsheet, each row
// read out as a sentence, and a box to try it.
import { post } from "./_asking";
import { slug } from "./_codes";
import { type Problem, given, open } from "./_draft";
import { type Body, type Input, type Look, type Plain, type Row, type Table, exempted, money, off, whole } from "./_fees-rows";
import { type Column, sheet } from "./_sheet";

const page = document.querySelector<HTMLElement>("[data-fees]") as HTMLElement;
const closed = page.hasAttribute("data-closed");
const words = given<Record<string, string>>("words");
const choices = given<Omit<Input, "code">[]>("choices");
const part = (name: string): HTMLElement => page.querySelector(`[data-part=${name}]`) as HTMLElement;

let problems: Problem[] = [];
let look: Look = { fault: "", sentences: {}, cells: {}, lines: [] };
let timer = 0;
let asked = 0;
let focused: [number, string] = [-1, ""];

const fresh = (taken: string[], stem: string): string => {
  let number = taken.length + 1;
  while (taken.includes(`${stem}${number}`)) {
    number += 1;
  }
  return `${stem}${number}`;
};
const KINDS: [string, string][] = [
  ["charge", words.charge],
  ["fee", words.fee],
];

function tableColumns(table: Table): Column<Row>[] {
  const numbers = table.inputs.filter((one) => one.type === "number");
  const tests: Column<Row>[] = table.inputs.map((input) => ({
    key: input.code,
    label: input.label,
    width: 190,
    get: (row) => row.tests[input.code] ?? "-",
    set: (row, typed) => {
      const { [input.code]: _before, ...rest } = row.tests;
      const cell = typed.trim();
      return { ...row, tests: cell === "" || cell === "-" ? rest : { ...rest, [input.code]: cell } };
    },
  }));
  return [
    ...tests,
    {
      key: "name",
      label: words.name,
      width: 170,
      get: (row) => row.name,
      set: (row, typed) => ({ ...row, name: typed, fee: slug(typed) }),
    },
    { key: "kind", label: words.kind, width: 90, options: KINDS, get: (row) => row.kind, set: (row, kind) => ({ ...row, kind }) },
    {
      key: "amount",
      label: words.amount,
      width: 110,
      get: (row) => money(row.amount),
      set: (row, typed) => {
        const amount = whole(typed);
        return amount === null ? null : { ...row, amount };
      },
    },
    ...(numbers.length
      ? [
          {
            key: "per",
            label: words.per,
            width: 120,
            options: [["", words.once], ...numbers.map((one) => [one.code, one.label])] as [string, string][],
            get: (row: Row) => row.per,
            set: (row: Row, per: string) => ({ ...row, per }),
          },
        ]
      : []),
    { key: "exempt", label: words.exempt, width: 90, get: off, set: exempted },
    text("exempt_ground", words.exempt_ground, "grounds"),
    text("ground", words.ground, "grounds"),
    day("valid_from", words.valid_from),
    day("valid_to", words.valid_to),
  ];
}

function text<R>(key: keyof R & string, label: string, list?: string): Column<R> {
  return { key, label, width: 150, list, get: (row) => String(row[key]), set: (row, typed) => ({ ...row, [key]: typed }) };
}

function day(key: "valid_from" | "valid_to", label: string): Column<Row> {
  return { key, label, width: 130, type: "date", get: (row) => row[key] ?? "", set: (row, typed) => ({ ...row, [key]: typed || null }) };
}

const plainColumns: Column<Plain>[] = [
  { ...text<Plain>("name", words.name), width: 220, set: (row, name) => ({ ...row, name, code: row.code || slug(name) }) },
  { key: "kind", label: words.kind, width: 90, options: KINDS, get: (row) => row.kind, set: (row, kind) => ({ ...row, kind }) },
  {
    key: "amount",
    label: words.amount,
    width: 120,
    get: (row) => money(row.amount),
    set: (row, typed) => {
      const amount = whole(typed);
      return amount === null ? null : { ...row, amount };
    },
  },
  text<Plain>("condition", words.condition),
  text<Plain>("exemption", words.exempt),
  text<Plain>("ground", words.ground, "grounds"),
];

type Line = Row | Plain;
const ROW = {
  per: "", tests: {}, amount: 0, exempt_percent: 0, exempt_amount: 0, exempt_ground: "", ground: "", valid_from: null,
  valid_to: null,
};
const PLAIN = { amount: 0, condition: "", exemption: "", ground: "" };
/** The part as it stands, each member with every field. */
function wholeBody(): Body {
  const { fees, fee_table: table } = draft.body;
  return {
    fees: (fees ?? []).map((one) => ({ ...PLAIN, ...one })),
    fee_table: table && {
      hit_policy: table.hit_policy,
      inputs: table.inputs.map((one) => ({ ...one, options: one.options ?? [] })),
      rows: table.rows.map((one) => ({ ...ROW, ...one })),
    },
  };
}
const tableNow = (): Table | null => wholeBody().fee_table;
const lines = (): Line[] => tableNow()?.rows ?? wholeBody().fees;

function keep(rows: Line[]): void {
  const body = wholeBody();
  draft.change(
    body.fee_table
      ? { ...body, fee_table: { ...body.fee_table, rows: rows as Row[] } }
      : { ...body, fees: rows as Plain[] },
  );
}

function change(table: Table | null): void {
  draft.change({ ...draft.body, fee_table: table });
}

function blank(): Line {
  const taken = lines().map((one) => one.code);
  const last = lines()[lines().length - 1];
  const base = { kind: last?.kind ?? "charge", name: last?.name ?? "", amount: 0, ground: last?.ground ?? "" };
  if (!tableNow()) {
    return { ...base, code: fresh(taken, "khoan-"), condition: "", exemption: "" };
  }
  return { ...ROW, ...base, code: fresh(taken, "dong-"), fee: slug(base.name) };
}

function act(what: "add" | "up" | "down" | "remove", row: number): void {
  if (closed) {
    return;
  }
  const rows = [...lines()];
  let target = row;
  if (what === "add") {
    target = row < 0 ? rows.length : row + 1;
    rows.splice(target, 0, blank());
  } else if (row < 0 || !rows[row]) {
    return;
  } else if (what === "remove") {
    rows.splice(row, 1);
    target = Math.min(row, rows.length - 1);
  } else {
    target = row + (what === "up" ? -1 : 1);
    if (!rows[target]) {
      return;
    }
    [rows[row], rows[target]] = [rows[target], rows[row]];
  }
  keep(rows);
  const column = what === "add" ? undefined : focused[1];
  queueMicrotask(() => grid.focus(target, column)); // after the rows are drawn
}

/** The head of a column of conditions: what it asks, its name, moving and taking it away. */
function head(column: Column<Line>): HTMLElement | null {
  const table = tableNow();
  const at = table ? table.inputs.findIndex((one) => one.code === column.key) : -1;
  if (!table || at < 0) {
    return null;
  }
  const input = table.inputs[at];
  const holder = (page.querySelector("template[data-head]") as HTMLTemplateElement).content.cloneNode(true) as DocumentFragment;
  const box = holder.firstElementChild as HTMLElement;
  const named = box.querySelector("input") as HTMLInputElement;
  const select = box.querySelector("select") as HTMLSelectElement;
  named.value = named.title = input.label;
  named.disabled = select.disabled = closed;
  for (const choice of choices) {
    select.append(new Option(choice.label, choice.expression));
  }
  if (!choices.some((one) => one.expression === input.expression)) {
    select.prepend(new Option(input.expression || words.choose, input.expression));
  }
  select.value = input.expression;
  const put = (next: Input[]): void => change({ ...table, inputs: next });
  named.addEventListener("change", () => put(table.inputs.map((one) => (one === input ? { ...one, label: named.value } : one))));
  select.addEventListener("change", () => {
    const found = choices.find((one) => one.expression === select.value);
    if (found) {
      put(table.inputs.map((one) => (one === input ? { ...found, code: one.code } : one)));
    }
  });
  for (const button of box.querySelectorAll("button")) {
    button.disabled = closed;
    button.setAttribute("aria-label", `${button.title}: ${input.label}`);
    button.addEventListener("click", () => {
      const inputs = [...table.inputs];
      if (button.dataset.act === "drop") {
        inputs.splice(at, 1);
        const rows = table.rows.map((row) => {
          const { [input.code]: _gone, ...tests } = row.tests;
          return { ...row, tests, per: row.per === input.code ? "" : row.per };
        });
        change({ ...table, inputs, rows });
        return;
      }
      const to = at + (button.dataset.act === "left" ? -1 : 1);
      if (inputs[to]) {
        [inputs[at], inputs[to]] = [inputs[to], inputs[at]];
        put(inputs);
      }
    });
  }
  return box;
}

const grid = sheet<Line>(
  part("grid"),
  { row: words.row, empty: words.no_rows },
  closed,
  head,
  keep,
  (row, column) => {
    focused = [row, column];
    tell();
  },
  act,
);

/** The sentence of the row one is in, and what its cell asks. */
function tell(): void {
  const row = lines()[focused[0]];
  const table = tableNow();
  const fault = row && problems.find((one) => one.where === `${row.code}/${focused[1]}` || one.where === row.code);
  part("sentence").textContent = row ? (look.sentences[row.code] ?? "") : "";
  const cell = row ? look.cells[`${row.code}/${focused[1]}`] : "";
  if (part("grid").querySelector(`[data-refused][data-row="${focused[0]}"][data-cell="${focused[1]}"]`)) {
    part("cell").textContent = focused[1] === "exempt" ? words.not_off : words.not_money;
    return;
  }
  const asks = table?.inputs.some((one) => one.code === focused[1]);
  part("cell").textContent = [(fault?.sentence ?? cell ?? "").replace(/\.$/, ""), asks ? words.help : ""]
    .filter(Boolean)
    .join(". ");
}

function values(): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const field of part("try").querySelectorAll<HTMLInputElement | HTMLSelectElement>("[data-reads]")) {
    if (field.value !== "") {
      const kind = field.dataset.type;
      const value = kind === "number" ? Number(field.value) : kind === "yes_no" ? field.value === "true" : field.value;
      found[field.dataset.reads as string] = kind === "list" ? [value] : value;
    }
  }
  return found;
}

function later(): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void ask(), 250);
}

async function ask(): Promise<void> {
  const turn = ++asked;
  const day = (part("day") as HTMLInputElement).value;
  const answer = await post(page.dataset.look as string, { body: draft.body, values: values(), day }).catch(() => null);
  if (turn === asked && answer?.ok) {
    look = (await answer.json()) as Look;
    tell();
    outcome();
  }
}

function outcome(): void {
  const list = part("outcome");
  list.replaceChildren(
    ...look.lines.map((line) => {
      const item = document.createElement("li");
      const sum = document.createElement("strong");
      sum.textContent = `${line.name}: ${line.due}`;
      const why = document.createElement("span");
      why.className = "ui-plain--grey";
      why.textContent = [line.why, line.ground].filter(Boolean).join(". ");
      item.append(sum, document.createElement("br"), why);
      return item;
    }),
  );
  if (!look.lines.length) {
    const item = document.createElement("li");
    item.textContent = look.fault || words.free;
    list.append(item);
  }
}

/** One field for each thing the table reads; what was typed before stays. */
function tries(table: Table): void {
  const before = values();
  const seen = new Set<string>();
  const drawn: HTMLElement[] = [];
  for (const input of table.inputs) {
    const found = /^(?:(count|sum)\(|(years and months duration)\()?([A-Za-z0-9_.]+)/.exec(input.expression);
    if (!found || seen.has(found[3])) {
      continue;
    }
    seen.add(found[3]);
    const born = choices.find((one) => one.expression === found[3]);
    const type = found[2] ? "date" : input.type;
    const label = document.createElement("label");
    label.className = "st-try__field";
    label.append(found[2] ? (born?.label ?? input.label) : input.label);
    const options = type === "yes_no" ? [["true", words.yes], ["false", words.no]] : input.options;
    const field = document.createElement(options.length ? "select" : "input");
    if (field instanceof HTMLInputElement) {
      field.type = type === "date" ? "date" : type === "number" ? "number" : "text";
      field.className = "govuk-input";
    } else {
      field.className = "govuk-select";
      field.append(new Option(words.choose, ""), ...options.map(([value, said]) => new Option(said, value)));
    }
    field.dataset.reads = found[3];
    field.dataset.type = type;
    const kept = before[found[3]];
    field.value = kept === undefined ? "" : String(Array.isArray(kept) ? kept[0] : kept);
    label.append(field);
    drawn.push(label);
  }
  part("fields").replaceChildren(...drawn);
}

function faults(): Map<string, string> {
  const found = new Map<string, string>();
  for (const one of problems) {
    if (!found.has(one.where)) {
      found.set(one.where, one.sentence);
    }
  }
  return found;
}

function listed(): void {
  part("problems").replaceChildren(
    ...problems.map((one) => {
      const item = document.createElement("li");
      const [code, column] = one.where.split("/");
      const row = lines().findIndex((line) => line.code === code);
      const sentence = row >= 0 ? `${words.row} ${row + 1}: ${one.sentence}` : one.sentence;
      item.className = one.blocks ? "st-problem st-problem--blocks" : "st-problem";
      if (row < 0) {
        item.textContent = sentence;
        return item;
      }
      const button = document.createElement("button");
      button.type = "button";
      button.className = "ui-linkbutton";
      button.textContent = sentence;
      button.addEventListener("click", () => grid.focus(row, column));
      item.append(button);
      return item;
    }),
  );
}

let readsBefore = "";
function draw(wrong: Problem[]): void {
  const body = wholeBody();
  problems = wrong;
  const table = body.fee_table;
  for (const one of page.querySelectorAll<HTMLElement>("[data-only]")) {
    one.hidden = (one.dataset.only === "table") !== Boolean(table);
  }
  const columns = (table ? tableColumns(table) : plainColumns) as Column<Line>[];
  grid.draw(table ? table.rows : body.fees, columns, faults());
  listed();
  if (table) {
    (part("policy") as HTMLSelectElement).value = table.hit_policy;
    const reads = JSON.stringify(table.inputs);
    if (reads !== readsBefore) {
      readsBefore = reads;
      tries(table);
    }
    later();
  } else {
    look = { fault: "", sentences: {}, cells: {}, lines: [] };
  }
  tell();
}

const draft = open<Body>((_body, wrong) => draw(wrong));

const add = part("add-input") as HTMLSelectElement;
for (const choice of choices) {
  add.append(new Option(choice.label, choice.expression));
}
add.addEventListener("change", () => {
  const found = choices.find((one) => one.expression === add.value);
  const table = tableNow();
  add.value = "";
  if (found && table) {
    change({ ...table, inputs: [...table.inputs, { ...found, code: fresh(table.inputs.map((one) => one.code), "cot-") }] });
  }
});
part("policy").addEventListener("change", (event) => {
  const table = tableNow();
  if (table) {
    change({ ...table, hit_policy: (event.target as HTMLSelectElement).value });
  }
});
for (const button of page.querySelectorAll<HTMLButtonElement>("button[data-act]")) {
  const what = button.dataset.act as string;
  button.disabled = closed;
  button.addEventListener("click", () => {
    if (what === "undo" || what === "redo") {
      draft[what]();
    } else if (what === "begin") {
      change({ hit_policy: "unique", inputs: [], rows: wholeBody().fees.map(rowOf) });
    } else if (what === "end") {
      if (confirm(words.remove_table)) {
        change(null);
      }
    } else {
      act(what as "add", grid.at);
    }
  });
}

function rowOf(fee: Plain): Row {
  return {
    ...ROW, code: slug(fee.code) || "dong-1", fee: fee.code, kind: fee.kind, name: fee.name, amount: fee.amount,
    ground: fee.ground,
  };
}

part("try").addEventListener("input", later);
part("file").addEventListener("change", async (event) => {
  const field = event.target as HTMLInputElement;
  const file = field.files?.[0];
  if (!file) {
    return;
  }
  const answer = await post(page.dataset.take as string, file, {}, "application/xml");
  const got = (await answer.json()) as { table?: Table; unread?: Problem[]; title?: string; detail?: string };
  field.value = "";
  const told = part("taken");
  told.hidden = false;
  const list = document.createElement("ul");
  list.className = "govuk-list govuk-list--bullet";
  if (!answer.ok || !got.table) {
    told.textContent = got.title ?? got.detail ?? "";
    return;
  }
  change(got.table);
  list.append(
    ...(got.unread ?? []).map((one) => {
      const item = document.createElement("li");
      item.textContent = one.sentence;
      return item;
    }),
  );
  told.replaceChildren(words.taken, ...(list.children.length ? [document.createElement("br"), words.unread, list] : []));
});
