// Results and letters: marks and fields put into one text, its faults shown where they stand, its pages drawn
// while one types. What the server drew last stays until it can draw again.
import { post } from "./_asking";
import { slug } from "./_codes";
import { given, open } from "./_draft";

interface Letter {
  use: string;
  text: string;
}

interface Own {
  code: string;
  name: string;
  text: string;
}

interface Body {
  result: string;
  text: string;
  letters: Letter[];
  /** Letters of the procedure, of which an officer picks one. */
  own: Own[];
}

interface Fault {
  line: number;
  column: number;
  length: number;
  sentence: string;
  blocks: boolean;
}

interface Tried {
  pages: string[];
  more: number;
  faults: Fault[];
}

interface Item {
  value: string;
  text: string;
  path: string;
  table: boolean;
  options: string[];
}

const PAUSE = 350;
const RESULT = "result";
const OWN = "own-";

const find = <E extends Element>(selector: string, within: ParentNode = document): E | null =>
  within.querySelector<E>(selector);
const place = find<HTMLElement>("[data-doc]") as HTMLElement;
const box = find<HTMLTextAreaElement>("[data-text]") as HTMLTextAreaElement;
const pages = find<HTMLElement>("[data-pages]") as HTMLElement;
const list = find<HTMLElement>("[data-faults-list]") as HTMLElement;
const state = find<HTMLElement>("[data-look]") as HTMLElement;
const use = place.dataset.use as string;

/** The code of the letter that is written, empty for the result and slips. */
const code = use.startsWith(OWN) ? use.slice(OWN.length) : "";
const own = (body: Body): Own[] => body.own ?? [];

function written(body: Body): string {
  if (use === RESULT) {
    return body.text ?? "";
  }
  const letter = code
    ? own(body).find((one) => one.code === code)
    : (body.letters ?? []).find((one) => one.use === use);
  return letter?.text ?? "";
}

/** The letter that is written with something of it changed. */
function changedLetter(body: Body, part: Partial<Own>): Body {
  return { ...body, own: own(body).map((one) => (one.code === code ? { ...one, ...part } : one)) };
}

function rewritten(body: Body, text: string): Body {
  if (use === RESULT) {
    return { ...body, text };
  }
  if (code) {
    return changedLetter(body, { text });
  }
  const letters = body.letters ?? [];
  const kept = text.trim() ? [{ use, text }] : [];
  const at = letters.findIndex((letter) => letter.use === use);
  return {
    ...body,
    letters: at < 0 ? [...letters, ...kept] : [...letters.slice(0, at), ...kept, ...letters.slice(at + 1)],
  };
}

const draft = open<Body>((body) => {
  const text = written(body);
  if (box.value !== text) {
    const at = box.selectionStart;
    box.value = text;
    box.setSelectionRange(at, at);
    later();
  }
});

// What it looks like.

let timer = 0;
let asking: AbortController | undefined;

const paper = find<HTMLAnchorElement>("[data-pdf]");

function tell(now: string): void {
  if (paper) {
    paper.hidden = now === "none";
  }
  state.dataset.look = now;
  for (const words of state.querySelectorAll<HTMLElement>("[data-when-look]")) {
    words.hidden = words.dataset.whenLook !== now;
  }
}

function later(): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void look(), PAUSE);
}

async function look(): Promise<void> {
  asking?.abort();
  asking = new AbortController();
  const text = box.value;
  const waits = window.setTimeout(() => tell("waits"), 200);
  try {
    const answer = await post(
      place.dataset.try as string,
      {
        use,
        text,
        named: draft.body.result ?? "",
        case: find<HTMLSelectElement>("[data-case]")?.value ?? "",
      },
      { signal: asking.signal },
    );
    clearTimeout(waits);
    if (!answer.ok) {
      tell("lost");
      return;
    }
    const tried = (await answer.json()) as Tried;
    showFaults(tried.faults);
    if (tried.pages.length > 0) {
      showPages(tried);
      tell("shown");
    } else if (text.trim()) {
      tell(pages.childElementCount > 0 ? "stale" : "none");
    } else {
      pages.replaceChildren();
      tell("none");
    }
  } catch (fault) {
    clearTimeout(waits);
    if (!(fault instanceof DOMException && fault.name === "AbortError")) {
      tell("lost");
    }
  }
}

function showPages(tried: Tried): void {
  const drawn = tried.pages.map((source, index) => {
    const picture = (pages.children[index] as HTMLImageElement | undefined) ?? document.createElement("img");
    picture.src = source;
    picture.alt = `${place.dataset.of}, ${(place.dataset.page as string).toLowerCase()} ${index + 1}`;
    return picture;
  });
  pages.replaceChildren(...drawn);
  (find<HTMLElement>("[data-more]") as HTMLElement).hidden = tried.more === 0;
}

// What is wrong, where it stands.

function startOf(line: number): number {
  let at = 0;
  for (let number = 1; number < line; number += 1) {
    at = box.value.indexOf("\n", at) + 1;
    if (at === 0) {
      return box.value.length;
    }
  }
  return at;
}

function showFaults(faults: Fault[]): void {
  (find<HTMLElement>("[data-faults-head]") as HTMLElement).hidden = faults.length === 0;
  list.replaceChildren(...faults.map(fault));
}

/** A fault named in the address, `#result.12.5.8`: chosen here, or on the page of its text. */
function goTo(hash: string): void {
  const [of, ...numbers] = hash.slice(1).split(".");
  const [line, column, length] = numbers.map(Number);
  if (of === use && length) {
    const start = startOf(line) + column - 1;
    select(start, start + length);
  } else if (of && of !== use) {
    const link = find<HTMLAnchorElement>(`.st-papers a[data-use="${CSS.escape(of)}"]`);
    if (link) {
      location.replace(link.href + hash);
    }
  }
}

function fault(one: Fault): HTMLElement {
  const item = document.createElement("li");
  const go = document.createElement("button");
  const start = startOf(one.line) + one.column - 1;
  go.type = "button";
  go.className = "ui-linkbutton";
  go.textContent = `${place.dataset.line} ${one.line}`;
  go.addEventListener("click", () => select(start, start + one.length));
  const said = document.createElement("span");
  said.textContent = `: ${one.sentence}`;
  const around = document.createElement("code");
  const end = box.value.indexOf("\n", start);
  const wrong = document.createElement("u");
  wrong.textContent = box.value.slice(start, start + one.length);
  around.append(
    box.value.slice(Math.max(startOf(one.line), start - 24), start),
    wrong,
    box.value.slice(start + one.length, Math.min(end < 0 ? box.value.length : end, start + one.length + 24)),
  );
  item.dataset.blocks = String(one.blocks);
  item.append(go, said, around);
  return item;
}

function select(from: number, to: number): void {
  box.focus();
  box.setSelectionRange(from, to);
  const height = Number.parseFloat(getComputedStyle(box).lineHeight) || 20;
  const line = box.value.slice(0, from).split("\n").length;
  box.scrollTop = Math.max(0, (line - 4) * height);
}

// What is put in. The browser's own undo takes each of these back.

function put(text: string, back = 0): void {
  box.focus();
  if (!document.execCommand("insertText", false, text)) {
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    changed();
  }
  if (back > 0) {
    box.setSelectionRange(box.selectionEnd - back, box.selectionEnd - back);
  }
}

function lines(): [number, number] {
  const from = box.value.lastIndexOf("\n", box.selectionStart - 1) + 1;
  const to = box.value.indexOf("\n", Math.max(box.selectionEnd - 1, from));
  return [from, to < 0 ? box.value.length : to];
}

const MARK = /^(#{1,3} |> |- )/;

function mark(sign: string): void {
  const [from, to] = lines();
  const chosen = box.value.slice(from, to).split("\n");
  const off = chosen.every((line) => line.startsWith(sign));
  box.setSelectionRange(from, to);
  put(chosen.map((line) => (off ? line.slice(sign.length) : sign + line.replace(MARK, ""))).join("\n"));
}

function around(sign: string): void {
  const chosen = box.value.slice(box.selectionStart, box.selectionEnd);
  put(sign + chosen + sign, chosen ? 0 : sign.length);
}

function ownLine(text: string): void {
  const before = box.value.slice(0, box.selectionStart);
  put((before === "" || before.endsWith("\n") || !text.includes("\n") ? "" : "\n") + text);
}

function wrap(condition: string): void {
  const [from, to] = lines();
  const chosen = box.value.slice(from, to);
  box.setSelectionRange(from, to);
  put(`[[nếu ${condition}]]\n${chosen}\n[[hết]]`);
}

function changed(): void {
  draft.change(rewritten(draft.body, box.value));
  later();
}

box.addEventListener("input", changed);
box.addEventListener("keydown", (event) => {
  const sign = { KeyB: "**", KeyI: "__" }[event.code];
  if ((event.ctrlKey || event.metaKey) && !event.altKey && sign && !event.isComposing) {
    event.preventDefault();
    around(sign);
  }
});

const tools = find<HTMLElement>("[data-tools]");
if (tools) {
  tools.hidden = false;
  const bar = find<HTMLElement>("[role=toolbar]", tools) as HTMLElement;
  const buttons = [...bar.querySelectorAll("button")];
  buttons.forEach((button, index) => {
    button.tabIndex = index === 0 ? 0 : -1;
    button.addEventListener("click", () => {
      const { lineMark, around: sign, put: text, back } = button.dataset;
      if (lineMark) {
        mark(lineMark);
      } else if (sign) {
        around(sign);
      } else if (text) {
        back ? put(text, Number(back)) : ownLine(text);
      }
    });
  });
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) {
      return;
    }
    event.preventDefault();
    const next = buttons[(to + buttons.length) % buttons.length];
    buttons[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });

  const field = find<HTMLSelectElement>("[data-field]", tools) as HTMLSelectElement;
  const shape = find<HTMLSelectElement>("[data-shape]", tools) as HTMLSelectElement;
  find("[data-insert]", tools)?.addEventListener("click", () => {
    put(shape.value ? field.value.replace("}}", `|${shape.value}}}`) : field.value);
  });

  const groups = given<{ label: string; items: Item[] }[]>("groups");
  const asked = groups.flatMap((group) => group.items).filter((item) => item.path && !item.table);
  const about = find<HTMLSelectElement>("[data-when-field]", tools) as HTMLSelectElement;
  const sign = find<HTMLSelectElement>("[data-when-sign]", tools) as HTMLSelectElement;
  const value = find<HTMLInputElement>("[data-when-value]", tools) as HTMLInputElement;
  const choices = find<HTMLDataListElement>("datalist", tools) as HTMLDataListElement;
  about.replaceChildren(...asked.map((item) => new Option(item.text, item.path)));
  const offer = (): void => {
    value.disabled = sign.value === "" || sign.value === "không";
    const item = asked.find((one) => one.path === about.value);
    choices.replaceChildren(...(item?.options ?? []).map((option) => new Option(option, option)));
  };
  about.addEventListener("change", offer);
  sign.addEventListener("change", offer);
  offer();
  find("[data-wrap]", tools)?.addEventListener("click", () => {
    if (value.disabled) {
      wrap(sign.value ? `không ${about.value}` : about.value);
    } else {
      const plain = /^[\d./]+$/.test(value.value);
      wrap(`${about.value} ${sign.value} ${plain ? value.value : `"${value.value.replace(/"/g, "")}"`}`);
    }
  });

  const starts = given<{ [key: string]: { text: string } }>("starts");
  const offered = [...tools.querySelectorAll<HTMLElement>("[data-starts]")];
  find<HTMLSelectElement>("[data-named]", tools)?.addEventListener("change", (event) => {
    draft.change({ ...draft.body, result: (event.target as HTMLSelectElement).value });
    void look();
  });
  for (const button of tools.querySelectorAll<HTMLButtonElement>("[data-start]")) {
    button.addEventListener("click", () => {
      box.select();
      put(starts[button.dataset.start as string].text);
      box.setSelectionRange(0, 0);
      box.scrollTop = 0;
    });
  }
  box.addEventListener("input", () => {
    for (const row of offered) {
      row.hidden = box.value.trim() !== "";
    }
  });
}

// Letters of the procedure: one more, another name, one less.

const more = find<HTMLFormElement>("[data-more-letters]");
const addressOf = (which: string): string => `${place.dataset.home}${which}`;

async function leave(body: Body, to: string): Promise<void> {
  draft.change(body);
  await draft.save();
  location.assign(to);
}

if (more) {
  more.hidden = false;
  more.addEventListener("submit", (event) => {
    event.preventDefault();
    const field = find<HTMLInputElement>("input", more) as HTMLInputElement;
    const name = field.value.trim();
    if (!name) {
      field.focus();
      return;
    }
    const stem = slug(name).slice(0, 50) || "thu";
    const taken = own(draft.body).map((one) => one.code);
    let made = stem;
    for (let number = 2; taken.includes(made); number += 1) {
      made = `${stem}-${number}`;
    }
    void leave({ ...draft.body, own: [...own(draft.body), { code: made, name, text: "" }] }, addressOf(made));
  });
}
find<HTMLInputElement>("[data-letter-name]")?.addEventListener("change", (event) => {
  const name = (event.target as HTMLInputElement).value.trim();
  draft.change(changedLetter(draft.body, { name }));
});
find("[data-drop-letter]")?.addEventListener("click", () => {
  void leave({ ...draft.body, own: own(draft.body).filter((one) => one.code !== code) }, location.pathname);
});

goTo(location.hash);
addEventListener("hashchange", () => goTo(location.hash));
find("[data-case]")?.addEventListener("change", () => void look());
paper?.addEventListener("click", async (event) => {
  const link = event.currentTarget as HTMLAnchorElement;
  event.preventDefault();
  await draft.save();
  const chosen = find<HTMLSelectElement>("[data-case]")?.value ?? "";
  location.assign(chosen ? `${link.href}&truong-hop=${encodeURIComponent(chosen)}` : link.href);
});
if (box.value.trim() || (use === RESULT && draft.body.result)) {
  void look();
}
