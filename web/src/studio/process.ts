// The page of a process: chosen from the gallery, changed as a table, drawn, or taken from a file. The server makes
// every drawing; what is shown here is always what it answered.

import { post } from "./_asking";
import { type Draft, type Problem, given, open } from "./_draft";
import { type Body, type Drawing, type Facts, type Step, make } from "./_process-facts";
import { divided, phasesShape, phasesTable, phasesTold, phasesUse, stepsTable } from "./_process-tables";

const place = document.querySelector<HTMLElement>("[data-process]") as HTMLElement;
const facts = given<Facts>("facts");
const { words } = facts;
const part = (name: string): HTMLElement | null => place.querySelector<HTMLElement>(`[data-${name}]`);

let drawing = facts.drawing;
let byTerm = given<Body>("body").step_allotments.length > 0;
let shownFor = drawing ? key(given<Body>("body")) : "";
let asked = 0;
let shown = "";
let agencies = "";

function key(body: Body): string {
  return body.bpmn || body.key;
}

function say(text: string): void {
  const said = part("said") as HTMLElement;
  said.textContent = "";
  said.textContent = text;
}

async function answer(address: string, body: unknown): Promise<Drawing | null> {
  const mine = ++asked;
  try {
    const reply = await post(address, body);
    const found = await reply.json();
    if (!reply.ok) {
      complain(String(found.detail ?? found.title ?? words.failed));
      return null;
    }
    return mine === asked ? (found as Drawing) : null;
  } catch {
    complain(words.failed);
    return null;
  }
}

function complain(sentence: string): void {
  const notes = part("notes") as HTMLElement;
  notes.replaceChildren(make("li", { class: "st-bad" }, sentence));
  say(sentence);
}

const look = (asks: Record<string, unknown>): Promise<Drawing | null> => answer(facts.look, asks);

/** Take a drawing that the server made: keep it in the body, without times of steps that are gone. */
function take(found: Drawing, chosen?: string): void {
  drawing = found;
  const body = draft.body;
  const there = new Set(found.steps.map((step) => step.step));
  const next: Body = {
    ...body,
    key: chosen ?? (body.key || facts.own),
    bpmn: chosen ? "" : found.bpmn,
    step_allotments: body.step_allotments.filter((one) => there.has(one.step)),
    phases: chosen ? phasesOf(found, body) : body.phases,
  };
  shownFor = key(next);
  draft.change(next);
}

/** Above a commune stands the province's committee: which department is meant has to be said. */
const ABOVE: Record<string, string> = { so: "named" };

/** The agencies of a drawing from the gallery, those that are known as they are; times are still to be said. */
function phasesOf(found: Drawing, body: Body): Body["phases"] {
  const keys = [...new Set(found.steps.map((step) => step.phase).filter(Boolean))];
  return keys.map((one, index) => {
    const known = body.phases.find((phase) => phase.key === one);
    const unit = facts.term?.unit === "hour" ? "hour" : "working_day";
    const agency = index ? ABOVE[one] ?? "parent" : "receiving";
    return known ?? { key: one, name: words[`phase_${one}`] ?? one, term: { amount: 0, unit }, agency, code: "", role: "" };
  });
}

async function redraw(steps: Step[], said = ""): Promise<void> {
  const found = await look({ key: draft.body.key, name: title(), steps });
  if (!found) {
    return;
  }
  if (said) {
    say(said);
  }
  take(found);
}

function title(): string {
  const read = new DOMParser().parseFromString(drawing?.bpmn ?? "", "application/xml");
  return [...read.getElementsByTagName("*")].find((one) => one.localName === "process")?.getAttribute("name") ?? "";
}

/** After the tables were drawn anew, be where one was. */
function refocus(focus?: DOMStringMap): void {
  const wanted = focus?.press
    ? [focus.press, focus.press.replace(/^up/, "down"), focus.press.replace(/^down/, "up")].map((press) => `[data-press="${press}"]`)
    : focus?.field
      ? [`[data-field="${focus.field}"]`]
      : [];
  for (const one of wanted) {
    const found = place.querySelector<HTMLElement>(one);
    if (found) {
      found.focus();
      return;
    }
  }
  if (focus?.press) {
    document.getElementById("buoc")?.focus();
  }
}

const changes = {
  steps: (next: Step[], said?: string): void => void redraw(next, said),
  body: (next: Partial<Body>): void => {
    draft.change({ ...draft.body, ...next });
  },
  phases: (change: (now: Body["phases"]) => Body["phases"]): void => {
    draft.change({ ...draft.body, phases: change(draft.body.phases) });
  },
};

function drawn(body: Body, problems: Problem[]): void {
  if (key(body) && key(body) !== shownFor) {
    shownFor = key(body);
    void look(body.bpmn ? { bpmn: body.bpmn } : { key: body.key }).then((found) => {
      if (found) {
        drawing = found;
        show(body, problems);
      }
    });
    return;
  }
  show(body, problems);
}

function show(body: Body, problems: Problem[]): void {
  (part("problems") as HTMLElement).hidden = problems.length === 0;
  part("list")?.replaceChildren(...problems.map((one) => make("li", one.blocks ? {} : { class: "ui-plain--grey" }, link(one))));
  for (const card of place.querySelectorAll<HTMLElement>("[data-take]")) {
    const current = card.dataset.take === body.key;
    card.closest("li")?.toggleAttribute("data-current", current);
    if (current) {
      (part("chosen") as HTMLElement).textContent = card.dataset.title ?? "";
    }
  }
  const made = Boolean(key(body)) && drawing !== null;
  (part("made") as HTMLElement).hidden = !made;
  if (!made || !drawing) {
    return;
  }
  const state = JSON.stringify([drawing, body.step_allotments, body.phases, byTerm]);
  if (state === shown) {
    return;
  }
  shown = state;
  const focus = { ...(document.activeElement as HTMLElement | null)?.dataset };
  part("picture")?.replaceChildren(...new DOMParser().parseFromString(drawing.svg, "text/html").body.childNodes);
  part("steps")?.replaceChildren(stepsTable(drawing, body, byTerm, facts, changes));
  const table = part("phases") as HTMLElement;
  if (phasesShape(body) === agencies) {
    phasesTold(table, body);
  } else {
    agencies = phasesShape(body);
    table.replaceChildren(...(body.phases.length ? [phasesTable(body, facts, changes)] : []));
  }
  (part("one-agency") as HTMLElement).hidden = body.phases.length > 0;
  for (const name of ["step-tools", "drawing-tools", "add-phase"]) {
    part(name)?.removeAttribute("hidden");
  }
  (part("add-step") as HTMLButtonElement | null)?.toggleAttribute("hidden", !drawing.line);
  bar(body);
  refocus(focus);
}

function link(problem: Problem): HTMLElement {
  const made = make("a", { class: "govuk-link", href: `#${problem.where}` }, problem.sentence);
  made.addEventListener("click", (event) => {
    const target = document.getElementById(problem.where) ?? document.getElementById("ban-ve");
    if (target) {
      event.preventDefault();
      target.scrollIntoView({ block: "center" });
      (target.querySelector<HTMLElement>("input, select, button") ?? target).focus();
    }
  });
  return made;
}

function bar(body: Body): void {
  const times = part("times") as HTMLElement;
  times.hidden = false;
  const found = divided(drawing as Drawing, body, byTerm, facts);
  const use = body.phases.length ? phasesUse(body, facts) : 0;
  const beyond = use !== null && facts.term && use > facts.term.amount;
  const said = byTerm && !facts.term ? words.no_term : found.said;
  (part("divided") as HTMLElement).textContent = said;
  times.classList.toggle("st-over", found.over || Boolean(beyond));
  part("bar")?.replaceChildren(
    ...found.parts
      .filter(([, share]) => share > 0)
      .map(([name, share]) => {
        const piece = make("span", { title: name }, share > 12 ? name : "");
        piece.style.flexBasis = `${share}%`;
        return piece;
      }),
  );
}

const draft: Draft<Body> = facts.editable ? open<Body>(drawn) : still();

/** A closed draft is only shown. */
function still(): Draft<Body> {
  const body = given<Body>("body");
  queueMicrotask(() => show(body, given<Problem[]>("problems")));
  return { body, change: () => undefined, undo: () => false, redo: () => false, save: () => Promise.resolve() };
}

for (const card of place.querySelectorAll<HTMLElement>("[data-take]")) {
  card.addEventListener("click", () => {
    void look({ key: card.dataset.take }).then((found) => {
      if (found) {
        take(found, card.dataset.take);
        (part("chooser") as HTMLDetailsElement).open = false;
        document.getElementById("buoc")?.focus();
        say(card.dataset.title ?? "");
      }
    });
  });
}

part("add-step")?.addEventListener("click", () => {
  const steps = drawing?.steps ?? [];
  const before = Math.max(0, steps.findIndex((step) => step.act === "dossiers.sign"));
  const at = before || steps.length;
  const phase = steps[at - 1]?.phase ?? "";
  const added: Step = { step: "", name: words.new_step, act: "", role: "", phase, share: 0, back_to: "", sends: false, wait: null, limits: [], agencies: [] };
  void redraw([...steps.slice(0, at), added, ...steps.slice(at)], words.added.replace("{place}", String(at + 1))).then(() =>
    place.querySelector<HTMLInputElement>(`[data-field="name-${at}"]`)?.select(),
  );
});

part("step-back")?.addEventListener("click", () => {
  if (draft.undo()) {
    say(words.undone);
  }
});

part("add-phase")?.addEventListener("click", () => {
  const taken = new Set(draft.body.phases.map((phase) => phase.key));
  let number = draft.body.phases.length + 1;
  while (taken.has(`cq${number}`)) {
    number += 1;
  }
  const unit = facts.term?.unit === "hour" ? "hour" : "working_day";
  const added = { key: `cq${number}`, name: words.new_phase, term: { amount: 0, unit }, agency: "parent", code: "", role: "" };
  draft.change({ ...draft.body, phases: [...draft.body.phases, added] });
  place.querySelector<HTMLInputElement>(`[data-field="phase-name-${draft.body.phases.length - 1}"]`)?.select();
});

const mode = part("mode") as HTMLSelectElement | null;
if (mode) {
  const term = part("term-mode") as HTMLOptionElement;
  term.textContent = facts.term ? facts.units[facts.term.unit] : "";
  term.disabled = !facts.term;
  mode.value = byTerm ? "term" : "share";
  mode.addEventListener("change", () => {
    byTerm = mode.value === "term";
    draft.change(byTerm ? draft.body : { ...draft.body, step_allotments: [] });
  });
}

const file = part("file") as HTMLInputElement | null;
file?.addEventListener("change", () => {
  const chosen = file.files?.[0];
  if (!chosen) {
    return;
  }
  const form = new FormData();
  form.append("tep", chosen);
  void answer(facts.file, form).then((found) => {
    file.value = "";
    if (found) {
      const notes = (found.notes ?? []).map((note) => make("li", note.blocks ? { class: "st-bad" } : {}, note.sentence));
      part("notes")?.replaceChildren(...notes);
      take({ ...found, bpmn: found.bpmn });
      draft.change({ ...draft.body, key: facts.own, phases: phasesOf(found, draft.body) });
      say(words.taken);
    }
  });
});

part("download")?.addEventListener("click", () => {
  const url = URL.createObjectURL(new Blob([drawing?.bpmn ?? ""], { type: "application/xml" }));
  make("a", { href: url, download: `${draft.body.key || facts.own}.bpmn` }).click();
  URL.revokeObjectURL(url);
});

part("draw")?.addEventListener("click", () => void editDrawing());

interface Editor {
  xml(): Promise<string>;
  close(): void;
}

async function editDrawing(): Promise<void> {
  const dialog = part("dialog") as HTMLDialogElement;
  if (!document.querySelector("link[data-modeler-css]")) {
    const style = make("link", { rel: "stylesheet", href: place.dataset.modelerStyle as string, "data-modeler-css": "" });
    const ready = new Promise((done) => style.addEventListener("load", done, { once: true }));
    document.head.append(style);
    await ready;
  }
  const tool = (await import(/* @vite-ignore */ place.dataset.modeler as string)) as {
    edit(canvas: HTMLElement, panel: HTMLElement, bpmn: string, facts: Facts, phases: Body["phases"]): Promise<Editor>;
  };
  dialog.showModal();
  const editor = await tool.edit(part("canvas") as HTMLElement, part("panel") as HTMLElement, drawing?.bpmn ?? "", facts, draft.body.phases);
  const finish = (): void => {
    editor.close();
    dialog.close();
    (part("draw") as HTMLElement).focus();
  };
  const done = part("done") as HTMLButtonElement;
  const cancel = part("cancel") as HTMLButtonElement;
  done.onclick = async () => {
    const bpmn = await editor.xml();
    finish();
    const found = bpmn === drawing?.bpmn ? null : await look({ bpmn });
    if (found) {
      take(found);
    }
  };
  cancel.onclick = finish;
  dialog.oncancel = (event) => {
    event.preventDefault();
  };
}
