// Inside the frame of the preview: draws the page the server made of the definition being edited. Answers typed here
// stay while editing; they go to the server only to be drawn again, and are kept nowhere.
import { post } from "./_asking";
import { start as conditions } from "../islands/conditions";

interface Asked {
  definition?: unknown;
  page?: string;
  forget?: boolean;
}

interface Drawn {
  html: string;
  page: string;
  answers: object;
  asked: string[];
  note: string;
}

const stage = document.querySelector<HTMLElement>("[data-stage]") as HTMLElement;
let definition: unknown = null;
let page = "";
let shown = "";
let answers: object = {};
let turn = 0;
const files = new Map<string, string>();

function tell(words: object): void {
  parent.postMessage(words, location.origin);
}

/** An id for a chosen file, the same whenever the page is read. */
function standIn(file: File): string {
  const known = `${file.name}:${file.size}:${file.lastModified}`;
  const id = files.get(known) ?? crypto.randomUUID();
  files.set(known, id);
  return id;
}

/** What stands in the page, as a browser would send it; a chosen file counts, and is not sent. */
function posted(submitter: HTMLElement | null): string | null {
  const form = stage.querySelector("form");
  if (!form || !shown) {
    return null;
  }
  const sent = new URLSearchParams({ _page: shown });
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") {
      sent.append(name, value);
    } else if (value.size) {
      sent.append(name.replace(/\.tep$/, ""), standIn(value));
    }
  }
  if (submitter instanceof HTMLButtonElement && submitter.name) {
    sent.append(submitter.name, submitter.value);
  }
  return sent.toString();
}

function note(words: string): void {
  let told = document.querySelector<HTMLElement>("[data-note-of-stage]");
  if (!told) {
    told = document.createElement("p");
    told.className = "govuk-inset-text";
    told.dataset.noteOfStage = "";
    told.setAttribute("role", "status");
    stage.before(told);
  }
  told.textContent = words;
  told.hidden = !words;
}

async function draw(submitter: HTMLElement | null = null, leaving = false): Promise<void> {
  turn += 1;
  const mine = turn;
  const sent = posted(submitter);
  const answer = await post(stage.dataset.stage as string, { definition, page, answers, posted: sent, leaving }).catch(() => null);
  if (mine !== turn || !answer) {
    return;
  }
  const made = (await answer.json().catch(() => ({ note: "" }))) as Drawn;
  if (mine !== turn) {
    return;
  }
  if (!leaving && posted(null) !== sent) {
    // Something was typed meanwhile: it goes along, and is not drawn over.
    void draw();
    return;
  }
  note(made.note);
  if (!answer.ok) {
    return;
  }
  answers = made.answers;
  const turned = made.page !== shown;
  page = shown = made.page;
  const held = document.activeElement?.id;
  stage.innerHTML = made.html;
  if (held && document.hasFocus()) {
    document.getElementById(held)?.focus();
  }
  stage.querySelectorAll<HTMLScriptElement>("script[data-conditions]").forEach(conditions);
  for (const script of stage.querySelectorAll<HTMLScriptElement>("script[src]")) {
    if (!script.src.includes("conditions")) {
      void import(/* @vite-ignore */ `${script.src}?${turn}`);
    }
  }
  if (leaving) {
    (stage.querySelector<HTMLElement>(".govuk-error-summary") ?? stage).scrollIntoView();
    if (turned) {
      tell({ page });
    }
  }
}

addEventListener("message", (event) => {
  if (event.source !== parent || event.origin !== location.origin) {
    return;
  }
  const asked = event.data as Asked;
  if (asked.forget) {
    answers = {};
    shown = "";
  } else if (asked.definition) {
    definition = asked.definition;
    page = asked.page ?? page;
  } else {
    return;
  }
  void draw();
});
stage.addEventListener("submit", (event) => {
  event.preventDefault();
  void draw((event as SubmitEvent).submitter, true);
});
stage.addEventListener("focusin", (event) => {
  const name = (event.target as HTMLInputElement).name;
  if (name) {
    tell({ answer: name });
  }
});
tell({ ready: true });
