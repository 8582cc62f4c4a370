// The form editor: pages on the left, the selected page in the middle, properties and the preview on the right.
import { post } from "./_asking";
import { html, nothing, render } from "lit-html";
import { type Problem, given, open } from "./_draft";
import { middle } from "./_form_cards";
import { dragging } from "./_form_drag";
import { laws } from "./_form_leaves";
import { type Body, type Definition, met, walk } from "./_form_model";
import { icon } from "./_form_parts";
import { mending, outline } from "./_form_outline";
import { type Preview, type Told, preview } from "./_form_preview";
import { properties } from "./_form_properties";
import { released } from "./_pressed";
import { type Block, type Selected, type Setup, type Studio, mark } from "./_form_studio";

const SENTENCES_AFTER = 400;
const root = document.querySelector<HTMLElement>("[data-form-editor]") as HTMLElement;
const announcer = document.querySelector<HTMLElement>("[data-announce]") as HTMLElement;
const setup = given<Setup>("setup");
const blocks = document.getElementById("blocks") ? given<Block[]>("blocks") : [];
const kinds = new Map(setup.kinds.map((one) => [one.kind, one]));

let body: Body = given<Body>("body");
let problems: Problem[] = [];
let sentences: { [place: string]: string } = {};
let selected: Selected = body.definition?.pages.length ? { what: "page", at: [0] } : { what: "form" };
let page = 0;
let side: "properties" | "preview" = "properties";
let stage: Preview | null = null;
let timer = 0;
let told: Definition | null = null;

function words(key: string, facts: { [name: string]: string | number } = {}): string {
  return (setup.words[key] ?? key).replace(/\{(\w+)\}/g, (_all, name: string) => String(facts[name] ?? ""));
}

/** Sentences of rules come from the server, a moment after the last change. */
function ask(def: Definition): void {
  if (told === def) {
    return;
  }
  told = def;
  clearTimeout(timer);
  timer = window.setTimeout(async () => {
    const answer = await post(setup.sentences, { definition: def }).catch(() => null);
    const next = answer?.ok ? ((await answer.json()) as { [place: string]: string }) : null;
    await released();
    if (next && told === def) {
      sentences = next;
      draw();
    }
  }, SENTENCES_AFTER);
}

const studio: Studio = {
  get def() {
    return body.definition as Definition;
  },
  get code() {
    return body.code;
  },
  get selected() {
    return selected;
  },
  get page() {
    return page;
  },
  get problems() {
    return problems;
  },
  get sentences() {
    return sentences;
  },
  get law() {
    return laws(studio.def, setup.law, words("by_law"));
  },
  setup,
  fresh: new Set<string>(),
  edit: (next, joined) => draft.change({ ...body, definition: next }, joined),
  recode: (code) => draft.change({ ...body, code }),
  drop: () => draft.change({ ...body, definition: null }),
  select(next) {
    const other = mark(next) !== mark(selected);
    selected = next;
    if (other) {
      studio.fresh.clear();
    }
    draw();
    if (other) {
      root.querySelector<HTMLElement>("[data-properties]")?.scrollTo(0, 0);
    }
  },
  say: (sentence) => {
    announcer.textContent = "";
    requestAnimationFrame(() => {
      announcer.textContent = sentence;
    });
  },
  t: words,
  kind: (name) => kinds.get(name) ?? { kind: name, name, use: "" },
};

/** A selection that an undone or merged change took away gives way to what is there. */
function settle(def: Definition): void {
  const gone =
    (selected.what === "page" && !def.pages[selected.at[0]]) ||
    (selected.what === "field" && !met(def, selected.at)) ||
    (selected.what === "check" && !def.checks?.[selected.at[0]]);
  if (gone) {
    const last = Math.min(page, def.pages.length - 1);
    selected = last >= 0 ? { what: "page", at: [last] } : { what: "form" };
  }
  page = selected.what === "page" || selected.what === "field" ? selected.at[0] : Math.max(0, Math.min(page, def.pages.length - 1));
}

function begin(): void {
  const first = { name: "trang-1", question: "", fields: [] };
  selected = { what: "page", at: [0] };
  studio.fresh.add("page:trang-1");
  draft.change({ ...body, definition: { title: words("form_of", { title: setup.title }), pages: [first] } });
}

function step(back: boolean): void {
  if (back ? draft.undo() : draft.redo()) {
    studio.say(words(back ? "undone" : "redone"));
  } else {
    studio.say(words(back ? "nothing_to_undo" : "nothing_to_redo"));
  }
}

function show(next: "properties" | "preview"): void {
  side = next;
  draw();
}

function heard({ page: turned, answer }: Told): void {
  const def = body.definition;
  if (!def) {
    return;
  }
  const index = turned ? def.pages.findIndex((one) => one.name === turned) : -1;
  if (index >= 0) {
    studio.select({ what: "page", at: [index] });
  }
  if (answer) {
    const path = answer.replace(/\.\d+(?=\.|$)/g, "");
    const found = walk(def)
      .filter((one) => one.field.kind !== "section" && (path === one.path || path.startsWith(`${one.path}.`)))
      .pop();
    if (found) {
      studio.select({ what: "field", at: found.at });
    }
  }
}

function bar(): unknown {
  const tab = (name: "properties" | "preview"): unknown =>
    html`<button type="button" class="fm-tab" aria-pressed=${side === name ? "true" : "false"} @click=${() => show(name)}>${words(`tab_${name}`)}</button>`;
  const undo = setup.closed
    ? nothing
    : html`<button type="button" class="ui-linkbutton" @click=${() => step(true)}>${icon(studio, "undo")} ${words("undo")}</button> <button type="button" class="ui-linkbutton" @click=${() => step(false)}>${words("redo")}</button>`;
  return html`<div class="fm-bar"><div class="fm-tabs" role="group" aria-label=${words("middle_shows")}>${tab("properties")}${tab("preview")}</div>${undo}${mending(studio)}</div>`;
}

function draw(): void {
  const def = body.definition;
  if (!def) {
    const start = setup.closed ? nothing : html`<button type="button" class="govuk-button" @click=${begin}>${words("begin")}</button>`;
    render(html`<div class="dk-card"><p class="govuk-body">${words("no_form")}</p>${start}</div>`, root);
    stage = null;
    return;
  }
  settle(def);
  render(
    html`${setup.closed ? html`<p class="govuk-inset-text">${words("closed")}</p>` : nothing}${bar()}
      <div class="fm-zones" data-shows=${side}>
        <nav class="fm-outline" aria-label=${words("outline")}>${outline(studio)}</nav>
        <section class="fm-middle" aria-label=${words("page_selected")}>${middle(studio, blocks)}</section>
        <section class="fm-preview" aria-label=${words("tab_preview")}><div class="fm-preview__head"><span class="fm-about">${words("preview_hint")}</span> <button type="button" class="ui-linkbutton" @click=${() => stage?.forget()}>${words("forget")}</button></div><iframe class="fm-phone" title=${words("tab_preview")} src=${root.dataset.stage as string} loading="lazy"></iframe></section>
        <section class="fm-properties" data-properties aria-label=${words("properties")}>${properties(studio)}</section>
      </div>`,
    root,
  );
  const frame = root.querySelector<HTMLIFrameElement>("iframe");
  if (!stage && frame) {
    stage = preview(frame, heard);
  }
  stage?.show(def, def.pages[page]?.name ?? "");
  ask(def);
}

root.textContent = "";
const draft = open<Body>((next, found) => {
  // A save that changed nothing leaves what is drawn as it is.
  body = next === body || JSON.stringify(next) !== JSON.stringify(body) ? next : body;
  problems = found;
  draw();
});
dragging(root, studio);
addEventListener("keydown", (event) => {
  const inFrame = (event.target as Element).closest?.("dialog");
  if (!(event.ctrlKey || event.metaKey) || event.altKey || inFrame || setup.closed || !body.definition) {
    return;
  }
  if (event.code === "KeyZ" || event.code === "KeyY") {
    event.preventDefault();
    step(event.code === "KeyZ" && !event.shiftKey);
  }
});
