// The middle: the selected page with its questions as cards, and the palette of what can be added.
import { type TemplateResult, html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { add, addBlock, copy, drop, moveBy } from "./_form_acts";
import { type At, type Field, NESTING, insideOf, join, keyed, same } from "./_form_model";
import { type Drawn, faults, icon, tool } from "./_form_parts";
import { type Block, type Studio } from "./_form_studio";

function selectedAt(studio: Studio, at: At): boolean {
  return studio.selected.what === "field" && same(studio.selected.at, at);
}

function keys(studio: Studio, at: At): (event: KeyboardEvent) => void {
  return (event) => {
    if (studio.setup.closed) {
      return;
    }
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.code];
    if (event.altKey && by) {
      event.preventDefault();
      moveBy(studio, at, by);
    } else if (event.code === "Delete") {
      event.preventDefault();
      drop(studio, at);
    }
  };
}

function about(studio: Studio, field: Field): string {
  const words = [studio.kind(field.kind).name];
  if (field.required === false) {
    words.push(studio.t("optional"));
  }
  if (field.prefill) {
    words.push(studio.t("prefilled"));
  }
  if (field.options?.length) {
    words.push(studio.t("n_options", { n: field.options.length }));
  }
  return words.join(" · ");
}

function card(studio: Studio, field: Field, at: At, of: number, path: string): TemplateResult {
  const last = at[at.length - 1];
  const words = field.label || studio.t("unlabelled", { kind: studio.kind(field.kind).name });
  const name = { name: words };
  const said = studio.sentences[path];
  const on = selectedAt(studio, at);
  const acts = studio.setup.closed
    ? nothing
    : html`<div class="fm-acts">
        ${tool(studio, "chevron-up", studio.t("up", name), () => moveBy(studio, at, -1), last === 0)}
        ${tool(studio, "chevron-down", studio.t("down", name), () => moveBy(studio, at, 1), last === of - 1)}
        ${tool(studio, "copy", studio.t("duplicate", name), () => copy(studio, at))}
        ${tool(studio, "trash", studio.t("drop", name), () => drop(studio, at))}
      </div>`;
  return html`<li class="fm-card ${on ? "fm-card--on" : ""}" data-at=${at.join(".")}>
    <div class="fm-card__head">
      ${studio.setup.closed ? nothing : html`<span class="fm-handle" data-drag=${at.join(".")} title=${studio.t("drag")} aria-hidden="true"></span>`}
      <button type="button" class="fm-card__name" data-card=${at.join(".")} aria-pressed=${on ? "true" : "false"} @click=${() => studio.select({ what: "field", at })} @keydown=${keys(studio, at)}><span class=${field.label ? "" : "fm-missing"}>${words}</span><span class="fm-about">${about(studio, field)}</span></button>
      ${acts}
    </div>
    ${said ? html`<p class="fm-sentence">${said}</p>` : nothing}
    ${faults(studio, path)}
    ${NESTING.includes(field.kind) ? cards(studio, field.fields ?? [], at, path) : nothing}
  </li>`;
}

function cards(studio: Studio, fields: Field[], home: At, prefix: string): TemplateResult {
  const list = fields.length
    ? repeat(
        fields,
        keyed(fields),
        (field, index) => card(studio, field, [...home, index], fields.length, join(prefix, field.name)),
      )
    : html`<li class="fm-empty" data-into=${home.join(".")}>${studio.t(home.length > 1 ? "empty_group" : "empty_page")}</li>`;
  return html`<ol class="fm-cards" data-list=${home.join(".")}>${list}</ol>`;
}

function palette(studio: Studio, blocks: Block[]): Drawn {
  if (studio.setup.closed) {
    return nothing;
  }
  const inTable = studio.selected.what === "field" && insideOf(studio.def, studio.selected.at.slice(0, -1)).table;
  const kinds = studio.setup.kinds.filter((one) => !(inTable && NESTING.includes(one.kind)));
  return html`<details class="fm-palette" open><summary>${studio.t("add_question")}</summary>
    <ul class="fm-kinds">${kinds.map(
      (one) => html`<li><button type="button" class="fm-kind" data-drag-kind=${one.kind} @click=${() => add(studio, one.kind)}><span class="fm-kind__name">${one.name}</span><span class="fm-about">${one.use}</span></button></li>`,
    )}</ul>
    ${blocks.length ? html`<h3 class="fm-title">${studio.t("blocks")}</h3><ul class="fm-kinds">${blocks.map((one) => html`<li><button type="button" class="fm-kind" @click=${() => addBlock(studio, one)}><span class="fm-kind__name">${one.title}</span><span class="fm-about">${studio.t("n_questions", { n: one.fields.length })}</span></button></li>`)}</ul>` : nothing}
  </details>`;
}

export function middle(studio: Studio, blocks: Block[]): TemplateResult {
  const index = studio.page;
  const page = studio.def.pages[index];
  if (!page) {
    return html`<p class="fm-hint">${studio.t("no_pages")}</p>`;
  }
  const said = studio.sentences[`pages/${page.name}`];
  return html`
    <button type="button" class="fm-page" @click=${() => studio.select({ what: "page", at: [index] })} aria-pressed=${studio.selected.what === "page" ? "true" : "false"}><span class="fm-about">${studio.t("page_n", { n: index + 1, of: studio.def.pages.length })}</span><span class="fm-page__question ${page.question ? "" : "fm-missing"}">${page.question || studio.t("no_question")}</span>${page.hint ? html`<span class="fm-about">${page.hint}</span>` : nothing}</button>
    ${said ? html`<p class="fm-sentence">${icon(studio, "filter")} ${said}</p>` : nothing}
    ${faults(studio, page.name)}
    ${cards(studio, page.fields, [index], "")}
    ${palette(studio, blocks)}`;
}
