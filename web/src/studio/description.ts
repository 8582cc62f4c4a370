// The published description: every field is bound to its place in the body by `data-path`; lists of rows grow and
// shrink with the body, so that what another person changed shows as well.

import { given, open, type Problem } from "./_draft";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Body = { [name: string]: Json };
type Holder = { [name: string]: Json };

const root = document.querySelector("main") as HTMLElement;
const all = <E extends HTMLElement>(selector: string, within: ParentNode = root): E[] => [
  ...within.querySelectorAll<E>(selector),
];

/** The value at a path; `@post` in a list is its member of that kind. */
function at(body: Json, path: string): Json | undefined {
  let here: Json | undefined = body;
  for (const step of path.split(".")) {
    if (here === null || here === undefined || typeof here !== "object") {
      return undefined;
    }
    if (Array.isArray(here)) {
      here = step.startsWith("@")
        ? here.find((one) => (one as Holder).kind === step.slice(1))
        : here[Number(step)];
    } else {
      here = here[step];
    }
  }
  return here;
}

/** A body with another value at a path. */
function put(body: Body, path: string, value: Json): Body {
  const next = structuredClone(body);
  const steps = path.split(".");
  const last = steps.pop() as string;
  const home = steps.length ? at(next, steps.join(".")) : next;
  if (Array.isArray(home)) {
    home[Number(last)] = value;
  } else if (home && typeof home === "object") {
    home[last] = value;
  }
  return next;
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function read(control: Control): Json {
  const text = control.value;
  switch (control.dataset.as) {
    case "number":
      return /^\d{1,9}$/.test(text.trim()) ? Number(text) : null;
    case "lines":
      return text.split("\n").map((line) => line.trim()).filter(Boolean);
    case "yes":
      return text === "yes";
    default:
      return text;
  }
}

function show(control: Control, value: Json | undefined): void {
  if (control instanceof HTMLInputElement && control.type === "checkbox") {
    control.checked = Array.isArray(value) && value.includes(control.value);
    return;
  }
  if (control === document.activeElement && same(read(control), value)) {
    return; // what is being typed says the same: leave spaces and empty lines
  }
  const text =
    control.dataset.as === "lines" ? ((value as string[] | undefined) ?? []).join("\n")
    : control.dataset.as === "yes" ? (value ? "yes" : "no")
    : String(value ?? "");
  if (control.value !== text && !(control instanceof HTMLSelectElement && value === undefined)) {
    control.value = text;
  }
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A term or what silence means: nothing while its first box is empty. */
function wholeOf(body: Body, path: string, lead: string, rest: string): Body {
  const home = path.slice(0, path.lastIndexOf("."));
  const control = (name: string): Control => root.querySelector(`[data-path="${home}.${name}"]`) as Control;
  const first = read(control(lead));
  const empty = first === null || first === "";
  return put(body, home, empty ? null : { [lead]: first, [rest]: read(control(rest)) });
}

function changed(body: Body, control: Control): Body {
  const path = control.dataset.path as string;
  if (control.dataset.as === "set") {
    const boxes = all<HTMLInputElement>(`[data-path="${path}"]`);
    return put(body, path, boxes.filter((box) => box.checked).map((box) => box.value));
  }
  if (/(^|\.)term\.(amount|unit)$/.test(path)) {
    return wholeOf(body, path, "amount", "unit");
  }
  if (path.startsWith("deemed.")) {
    return wholeOf(body, path, "outcome", "ground");
  }
  return put(body, path, read(control));
}

/** As many rows as the body has, each from the list's template. */
function fit(list: HTMLElement, members: Json[]): void {
  const name = list.dataset.list as string;
  const pattern = root.querySelector<HTMLTemplateElement>(`template[data-row-of="${name}"]`) as HTMLTemplateElement;
  while (list.children.length > members.length) {
    list.lastElementChild?.remove();
  }
  while (list.children.length < members.length) {
    const n = list.children.length;
    const holder = document.createElement("template");
    holder.innerHTML = pattern.innerHTML.replace(/__n__/g, String(n));
    list.append(holder.content);
  }
  [...list.children].forEach((row, n) => {
    (row.querySelector('[data-move="-1"]') as HTMLButtonElement).disabled = n === 0;
    (row.querySelector('[data-move="1"]') as HTMLButtonElement).disabled = n === members.length - 1;
  });
  const add = root.querySelector<HTMLButtonElement>(`[data-add="${name}"]`);
  if (add && list.dataset.most) {
    add.disabled = members.length >= Number(list.dataset.most);
  }
}

function tell(problems: Problem[]): void {
  for (const place of all("[data-fault]")) {
    const said = problems.filter((one) => one.where === place.dataset.fault);
    place.textContent = said.map((one) => one.sentence).join(" ");
    place.hidden = said.length === 0;
    place.classList.toggle("govuk-error-message", said.some((one) => one.blocks));
    place.classList.toggle("st-advice", !said.some((one) => one.blocks));
  }
  for (const mark of all("[data-mark]")) {
    const places = (mark.dataset.mark as string).split(" ");
    const lacking = problems.some((one) => one.blocks && places.includes(one.where));
    (mark.querySelector("[data-whole]") as HTMLElement).hidden = lacking;
    (mark.querySelector("[data-lacking]") as HTMLElement).hidden = !lacking;
  }
}

const national = document.getElementById("national") ? given<Body>("national") : {};

function drawn(body: Body, problems: Problem[]): void {
  for (const list of all("[data-list]")) {
    fit(list, (body[list.dataset.list as string] as Json[] | undefined) ?? []);
  }
  for (const control of all<Control>("[data-path]")) {
    show(control, at(body, control.dataset.path as string));
  }
  for (const box of all<HTMLInputElement>("[data-member]")) {
    const has = at(body, `${box.dataset.member}.@${box.value}`) !== undefined;
    box.checked = has;
    (root.querySelector(`[data-shown="${box.id}"]`) as HTMLElement).hidden = !has;
  }
  for (const button of all<HTMLButtonElement>("[data-take]")) {
    const name = button.dataset.take as string;
    const alike = same(body[name], national[name]);
    button.hidden = alike;
    (root.querySelector(`[data-same="${name}"]`) as HTMLElement).hidden = !alike;
  }
  for (const button of all<HTMLButtonElement>("[data-word]")) {
    button.disabled = ((body.words as string[] | undefined) ?? []).includes(button.dataset.word as string);
  }
  tell(problems);
}

const draft = open<Body>(drawn);

// From the overview to the place that is wrong, which shows only now.
queueMicrotask(() => {
  const wanted = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  wanted?.scrollIntoView();
  if (wanted?.matches("[data-path]")) {
    wanted.focus();
  }
});

root.addEventListener("input", (event) => {
  const control = (event.target as HTMLElement).closest<Control>("[data-path]");
  if (control) {
    draft.change(changed(draft.body, control));
  }
});

root.addEventListener("change", (event) => {
  const box = (event.target as HTMLElement).closest<HTMLInputElement>("[data-member]");
  if (!box) {
    return;
  }
  const name = box.dataset.member as string;
  const members = (draft.body[name] as Holder[] | undefined) ?? [];
  const others = members.filter((one) => one.kind !== box.value);
  const fresh: Holder = { kind: box.value, term: null, fee_text: "", note: "" };
  draft.change({ ...draft.body, [name]: box.checked ? [...others, fresh] : others });
});

root.addEventListener("click", (event) => {
  const button = (event.target as HTMLElement).closest<HTMLButtonElement>("button");
  if (!button) {
    return;
  }
  const { add, take, word, move } = button.dataset;
  const body = draft.body;
  if (add) {
    const list = root.querySelector<HTMLElement>(`[data-list="${add}"]`) as HTMLElement;
    draft.change({ ...body, [add]: [...((body[add] as Json[]) ?? []), JSON.parse(list.dataset.empty as string)] });
    list.lastElementChild?.querySelector<Control>("[data-path]")?.focus();
  } else if (take) {
    draft.change({ ...body, [take]: national[take] });
    (root.querySelector(`[data-same="${take}"]`) as HTMLElement).closest("tr")?.scrollIntoView({ block: "nearest" });
  } else if (word) {
    draft.change({ ...body, words: [...((body.words as string[]) ?? []), word] });
  } else if (move || button.matches("[data-drop]")) {
    const row = button.closest("[data-row]") as HTMLElement;
    const list = row.parentElement as HTMLElement;
    const name = list.dataset.list as string;
    const members = [...(body[name] as Json[])];
    const from = [...list.children].indexOf(row);
    const [moved] = members.splice(from, 1);
    const to = move ? from + Number(move) : Math.min(from, members.length - 1);
    if (move) {
      members.splice(to, 0, moved as Json);
    }
    draft.change({ ...body, [name]: members });
    const next = list.children[to]?.querySelector<HTMLElement>(move ? `[data-move="${move}"]:enabled` : "[data-path]");
    (next ?? root.querySelector<HTMLElement>(`[data-add="${name}"]`))?.focus();
  }
});
