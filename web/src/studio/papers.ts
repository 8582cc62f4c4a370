// The page of papers: a list that opens one paper at a time, moved by buttons or Alt and the arrow keys.
import { post } from "./_asking";
import { slug } from "./_codes";
import { type Problem, given, open } from "./_draft";
import { type KnownParts, type Leaf, readable } from "./_form_leaves";
import type { Definition, Rule } from "./_form_model";
import type { Around } from "./_rule_operands";
import { condition } from "./_rule_view";
import { render } from "lit-html";

interface Reuse {
  source: string;
  code: string;
}
interface Paper {
  code: string;
  name: string;
  originals: number;
  copies: number;
  required: boolean;
  case: string;
  hint: string;
  example: string;
  form_file: string;
  when: Rule;
  reuse: Reuse[];
  ecopy: string;
  ground: string;
}
interface Body {
  papers: Paper[];
}

const page = document.querySelector<HTMLElement>("[data-papers]") as HTMLElement;
const closed = page.hasAttribute("data-closed");
const words = given<Record<string, string>>("words");
const asked = given<{ definition: Definition | null; parts: KnownParts; words: Record<string, string>; icons: string }>("asked");
const kinds = given<[string, string][]>("kinds");
const fileNames = given<Record<string, string>>("files");
const list = page.querySelector("[data-list]") as HTMLOListElement;
const template = page.querySelector("template") as HTMLTemplateElement;

let problems: Problem[] = [];
let sentences: Record<string, string> = {};
let shape = "";
let turns = 0;
/** Every answer of the form: what the condition of a paper may read. */
const leaves: Leaf[] = asked.definition ? readable(asked.definition, asked.parts, "", () => true) : [];
const around: Around = {
  setup: { icons: asked.icons },
  get sentences() {
    return sentences;
  },
  law: [],
  t: (key, facts = {}) => (asked.words[key] ?? key).replace(/\{(\w+)\}/g, (_all, name: string) => String(facts[name] ?? "")),
  say: (told) => {
    (page.querySelector("[data-announce]") as HTMLElement).textContent = told;
  },
};

const BLANK: Paper = {
  code: "", name: "", originals: 0, copies: 0, required: true, case: "", hint: "", example: "", form_file: "",
  when: null, reuse: [], ecopy: "scan", ground: "",
};
/** The papers as they stand, each with every field. */
const papersNow = (): Paper[] => draft.body.papers.map((one) => ({ ...BLANK, ...one }));

function keep(papers: Paper[]): void {
  draft.change({ ...draft.body, papers });
}
function change(code: string, part: Partial<Paper>): void {
  keep(papersNow().map((one) => (one.code === code ? { ...one, ...part } : one)));
}

function ruled(paper: Paper, place: HTMLElement): void {
  place.querySelector<HTMLFieldSetElement>("[data-ruled]")?.toggleAttribute("disabled", closed);
  (place.querySelector("[data-no-form]") as HTMLElement).hidden = leaves.length > 0;
  const here = place.querySelector<HTMLElement>("[data-rows]") as HTMLElement;
  here.hidden = !leaves.length && paper.when === null;
  const put = (when: Rule): void => change(paper.code, { when: when ?? null });
  render(condition(around, { name: paper.code, rule: paper.when, leaves, change: put }), here);
}

function reuse(paper: Paper, place: HTMLElement): void {
  const rows = place.querySelector("[data-reuse]") as HTMLElement;
  const sources: [string, string][] = ["vault", "result", "national"].map((one) => [one, words[one]]);
  const put = (next: Reuse[]): void => {
    shape = "";
    change(paper.code, { reuse: next });
  };
  rows.replaceChildren(
    ...paper.reuse.map((one, at) => {
      const line = document.createElement("div");
      line.className = "st-condition__line";
      const source = document.createElement("select");
      source.className = "govuk-select";
      source.setAttribute("aria-label", `${words.source}, ${paper.name}`);
      source.append(...sources.map(([value, said]) => new Option(said, value)));
      source.value = one.source;
      const code = document.createElement(one.source === "vault" ? "select" : "input");
      code.className = one.source === "vault" ? "govuk-select" : "govuk-input";
      code.setAttribute("aria-label", `${words.what}, ${paper.name}`);
      if (code instanceof HTMLSelectElement) {
        code.append(new Option(words.choose, ""), ...kinds.map(([value, said]) => new Option(said, value)));
      }
      code.value = one.code;
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "ui-linkbutton";
      drop.textContent = words.drop;
      source.disabled = code.disabled = drop.disabled = closed;
      const swap = (next: Reuse): void => put(paper.reuse.map((each, place) => (place === at ? next : each)));
      source.addEventListener("change", () => swap({ source: source.value, code: "" }));
      code.addEventListener("change", () => swap({ ...one, code: code.value }));
      drop.addEventListener("click", () => put(paper.reuse.filter((_each, place) => place !== at)));
      line.append(source, code, drop);
      return line;
    }),
  );
  const add = place.querySelector("[data-add-reuse]") as HTMLButtonElement;
  add.disabled = closed;
  add.onclick = () => put([...paper.reuse, { source: "vault", code: "" }]);
}

function form(paper: Paper, place: HTMLElement): void {
  const said = place.querySelector("[data-file-name]") as HTMLElement;
  const name = fileNames[paper.form_file];
  if (name) {
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = `${page.dataset.samples}${paper.form_file}/`;
    link.textContent = name;
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "ui-linkbutton";
    drop.textContent = words.drop_file;
    drop.disabled = closed;
    drop.addEventListener("click", () => {
      shape = "";
      change(paper.code, { form_file: "" });
    });
    said.replaceChildren(link, " ", drop);
  } else {
    said.textContent = paper.form_file;
  }
  const field = place.querySelector("input[type=file]") as HTMLInputElement;
  field.disabled = closed;
  field.onchange = async () => {
    const file = field.files?.[0];
    if (!file) {
      return;
    }
    const sent = new FormData();
    sent.append("tep", file);
    const answer = await post(page.dataset.samples as string, sent);
    const got = (await answer.json()) as { file?: string; name?: string; title?: string };
    field.value = "";
    if (got.file) {
      fileNames[got.file] = got.name ?? "";
      shape = "";
      change(paper.code, { form_file: got.file });
    } else {
      said.textContent = got.title ?? "";
    }
  };
}

function summary(paper: Paper): string {
  const counts = [
    paper.originals ? `${paper.originals} ${words.originals}` : "",
    paper.copies ? `${paper.copies} ${words.copies}` : "",
  ].filter(Boolean);
  const when = (paper.when ? sentences[paper.code] : "") || paper.case || (paper.required ? words.always : words.optional);
  return [when, ...counts].join(" · ");
}

function faultsOf(code: string): Problem[] {
  return problems.filter((one) => one.where === code);
}

/** What changes without the list being drawn anew: sentences, faults, the line under each name. */
function mark(): void {
  for (const item of list.querySelectorAll<HTMLElement>("[data-code]")) {
    const paper = papersNow().find((one) => one.code === item.dataset.code);
    if (!paper) {
      continue;
    }
    const wrong = faultsOf(paper.code);
    (item.querySelector("[data-name]") as HTMLElement).textContent = paper.name || words.new;
    (item.querySelector("[data-summary]") as HTMLElement).textContent = summary(paper);
    ruled(paper, item);
    item.classList.toggle("st-paper--wrong", wrong.some((one) => one.blocks));
    (item.querySelector("[data-faults]") as HTMLElement).replaceChildren(
      ...wrong.map((one) => {
        const line = document.createElement("li");
        line.className = one.blocks ? "st-problem st-problem--blocks" : "st-problem";
        line.textContent = one.sentence;
        return line;
      }),
    );
    for (const field of item.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[data-field]")) {
      if (field !== document.activeElement) {
        fill(field, paper);
      }
    }
  }
  (page.querySelector("[data-general]") as HTMLElement).replaceChildren(
    ...problems
      .filter((one) => !papersNow().some((paper) => paper.code === one.where))
      .map((one) => {
        const line = document.createElement("li");
        line.className = "st-problem st-problem--blocks";
        line.textContent = one.sentence;
        return line;
      }),
  );
}

function fill(field: HTMLInputElement | HTMLSelectElement, paper: Paper): void {
  const value = paper[field.dataset.field as keyof Paper];
  if (field instanceof HTMLInputElement && field.type === "checkbox") {
    field.checked = Boolean(value);
  } else {
    field.value = String(value ?? "");
  }
}

function typed(field: HTMLInputElement | HTMLSelectElement): unknown {
  if (field instanceof HTMLInputElement && field.type === "checkbox") {
    return field.checked;
  }
  return field instanceof HTMLInputElement && field.type === "number"
    ? Math.max(0, Math.floor(Number(field.value) || 0))
    : field.value;
}

function item(paper: Paper, number: number, opened: Set<string>): HTMLElement {
  const drawn = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
  drawn.dataset.code = paper.code;
  drawn.id = `giay-${paper.code}`;
  (drawn.querySelector("[data-number]") as HTMLElement).textContent = String(number + 1);
  (drawn.querySelector("details") as HTMLDetailsElement).open = opened.has(paper.code);
  for (const field of drawn.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[data-field]")) {
    const name = field.dataset.field as string;
    field.id = `${name}-${paper.code}`;
    (field.closest("[data-box]") as HTMLElement).querySelector("label")?.setAttribute("for", field.id);
    field.disabled = closed;
    fill(field, paper);
    field.addEventListener("change", () => change(paper.code, { [name]: typed(field) }));
  }
  for (const button of drawn.querySelectorAll<HTMLButtonElement>("[data-act]")) {
    button.disabled = closed;
    button.addEventListener("click", () => act(button.dataset.act as string, paper.code));
  }
  drawn.addEventListener("keydown", (event) => {
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      act(event.key === "ArrowUp" ? "up" : "down", paper.code);
    }
  });
  reuse(paper, drawn);
  form(paper, drawn);
  return drawn;
}

function act(what: string, code: string): void {
  const papers = [...papersNow()];
  const at = papers.findIndex((one) => one.code === code);
  if (closed) {
    return;
  }
  if (what === "say") {
    change(code, { case: sentences[code] ?? "" });
    return;
  }
  if (what === "drop") {
    papers.splice(at, 1);
  } else {
    const to = at + (what === "up" ? -1 : 1);
    if (!papers[to]) {
      return;
    }
    [papers[at], papers[to]] = [papers[to], papers[at]];
  }
  keep(papers);
  queueMicrotask(() => list.querySelector<HTMLElement>(`[data-code="${CSS.escape(code)}"] summary`)?.focus());
}

async function look(): Promise<void> {
  const turn = ++turns;
  const answer = await post(page.dataset.look as string, { body: draft.body }).catch(() => null);
  if (turn === turns && answer?.ok) {
    sentences = ((await answer.json()) as { sentences: Record<string, string> }).sentences;
    mark();
  }
}

let rulesBefore = "";
function draw(wrong: Problem[]): void {
  problems = wrong;
  const papers = papersNow();
  const now = JSON.stringify(papers.map((one) => [one.code, one.reuse, one.form_file]));
  if (now !== shape) {
    shape = now;
    const opened = new Set(
      [...list.querySelectorAll<HTMLElement>("[data-code]")]
        .filter((one) => one.querySelector("details")?.open)
        .map((one) => one.dataset.code as string),
    );
    const active = document.activeElement as HTMLElement | null;
    const inside = active?.closest<HTMLElement>("[data-code]")?.dataset.code;
    const label = active?.getAttribute("aria-label") ?? "";
    list.replaceChildren(...papers.map((paper, number) => item(paper, number, opened)));
    if (inside) {
      const home = list.querySelector<HTMLElement>(`[data-code="${CSS.escape(inside)}"]`);
      const again = active?.id
        ? document.getElementById(active.id)
        : label && home?.querySelector<HTMLElement>(`[aria-label="${CSS.escape(label)}"]`);
      (again || home?.querySelector<HTMLElement>("summary"))?.focus();
    }
  }
  mark();
  const rules = JSON.stringify(papers.map((one) => [one.code, one.when]));
  if (rules !== rulesBefore) {
    rulesBefore = rules;
    void look();
  }
}

const draft = open<Body>((_body, wrong) => draw(wrong));

for (const button of page.querySelectorAll<HTMLButtonElement>("[data-page-act]")) {
  button.disabled = closed;
  button.addEventListener("click", () => {
    const what = button.dataset.pageAct as string;
    if (what === "undo" || what === "redo") {
      shape = "";
      draft[what]();
      return;
    }
    const name = page.querySelector<HTMLInputElement>("[data-new]") as HTMLInputElement;
    const taken = papersNow().map((one) => one.code);
    const stem = slug(name.value) || "giay-to";
    let code = stem;
    for (let number = 2; taken.includes(code); number += 1) {
      code = `${stem}-${number}`;
    }
    const paper = { ...BLANK, code, name: name.value.trim(), originals: 1 };
    name.value = "";
    keep([...papersNow(), paper]);
    queueMicrotask(() => {
      const added = list.querySelector<HTMLDetailsElement>(`[data-code="${CSS.escape(code)}"] details`);
      if (added) {
        added.open = true;
        added.querySelector("summary")?.focus();
      }
    });
  });
}
page.querySelector("[data-new]")?.addEventListener("keydown", (event) => {
  if ((event as KeyboardEvent).key === "Enter") {
    event.preventDefault();
    page.querySelector<HTMLButtonElement>("[data-page-act=add]")?.click();
  }
});
