// The left side: the form, its pages with their questions, its checks; and what there is to mend.
import { type TemplateResult, html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { addPage, focusCard, movePage } from "./_form_acts";
import { type Met, keyed, put, walk } from "./_form_model";
import { type Drawn, icon, link } from "./_form_parts";
import { type Selected, type Studio, mark } from "./_form_studio";

function entry(studio: Studio, to: Selected, words: string, classes: string, wrong: number): TemplateResult {
  const on = mark(studio.selected) === mark(to);
  return html`<button type="button" class="fm-entry ${classes}" aria-current=${on ? "true" : nothing} @click=${() => studio.select(to)}>${words}${badge(studio, wrong)}</button>`;
}

function badge(studio: Studio, wrong: number): Drawn {
  return wrong ? html` <span class="fm-badge"><span aria-hidden="true">${wrong}</span><span class="govuk-visually-hidden">${studio.t("to_mend", { n: wrong })}</span></span>` : nothing;
}

function keys(studio: Studio, page: number): (event: KeyboardEvent) => void {
  return (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.code];
    if (event.altKey && by && !studio.setup.closed) {
      event.preventDefault();
      movePage(studio, page, page + by);
    }
  };
}

export function outline(studio: Studio): TemplateResult {
  const { def } = studio;
  const here = studio.page;
  const questions = walk(def).filter((one) => one.at[0] === here);
  const wrongIn = (page: number): number => {
    const places = new Set([def.pages[page].name, ...walk({ ...def, pages: [def.pages[page]] }).map((one) => one.path)]);
    return studio.problems.filter((one) => one.blocks && places.has(one.where)).length;
  };
  const inner = (one: Met): TemplateResult =>
    html`<li class="fm-depth-${one.at.length - 2}">${entry(studio, { what: "field", at: one.at }, one.field.label || studio.kind(one.field.kind).name, "fm-entry--field", 0)}</li>`;
  const shown = studio.selected.what === "page" || studio.selected.what === "field";
  return html`
    ${entry(studio, { what: "form" }, studio.t("whole_form"), "fm-entry--form", 0)}
    <h2 class="fm-title">${studio.t("pages")}</h2>
    <ol class="fm-pages">${repeat(
      def.pages,
      keyed(def.pages),
      (page, index) => html`<li data-page=${index}>
        <button type="button" class="fm-entry fm-entry--page" data-outline=${index} data-drag-page=${index} aria-current=${mark(studio.selected) === `page:${index}` ? "true" : nothing} @click=${() => studio.select({ what: "page", at: [index] })} @keydown=${keys(studio, index)}><span class="fm-number">${index + 1}</span><span class=${page.question ? nothing : "fm-missing"}>${page.question || studio.t("no_question")}</span>${page.show_if ? html` <span class="fm-when" title=${studio.t("has_condition")}>${icon(studio, "filter")}<span class="govuk-visually-hidden">${studio.t("has_condition")}</span></span>` : nothing}${badge(studio, wrongIn(index))}</button>
        ${index === here && shown && questions.length ? html`<ul class="fm-questions">${questions.map(inner)}</ul>` : nothing}
      </li>`,
    )}</ol>
    ${studio.setup.closed ? nothing : link(studio.t("add_page"), () => addPage(studio))}
    <h2 class="fm-title">${studio.t("checks")}</h2>
    <ul class="fm-pages">${(def.checks ?? []).map((check, index) => html`<li>${entry(studio, { what: "check", at: [index] }, check.name || studio.t("check_unnamed"), "fm-entry--field", studio.problems.filter((one) => one.where === check.name).length)}</li>`)}</ul>
    ${studio.setup.closed ? nothing : link(studio.t("add_check"), () => addCheck(studio))}`;
}

function addCheck(studio: Studio): void {
  const checks = studio.def.checks ?? [];
  let number = checks.length + 1;
  while (checks.some((one) => one.name === studio.t("check_named", { n: number }))) {
    number += 1;
  }
  const at = walk(studio.def).find((one) => !["section", "person", "organisation"].includes(one.field.kind))?.path ?? "";
  studio.edit(put(studio.def, "checks", [...checks, { name: studio.t("check_named", { n: number }), at, holds: null, fault: "" }]));
  studio.select({ what: "check", at: [checks.length] });
  studio.say(studio.t("added", { name: studio.t("check_named", { n: number }) }));
}

/** The place a problem speaks of. */
export function found(studio: Studio, where: string): Selected | null {
  const one = walk(studio.def).find((each) => each.path === where);
  if (one) {
    return { what: "field", at: one.at };
  }
  const page = studio.def.pages.findIndex((each) => each.name === where);
  if (page >= 0) {
    return { what: "page", at: [page] };
  }
  const check = (studio.def.checks ?? []).findIndex((each) => each.name === where);
  return check >= 0 ? { what: "check", at: [check] } : null;
}

/** What there is to mend, each leading to its place. */
export function mending(studio: Studio): Drawn {
  if (!studio.problems.length) {
    return nothing;
  }
  const jump = (event: Event, where: string): void => {
    const place = found(studio, where) ?? { what: "form" };
    (event.target as Element).closest("details")?.removeAttribute("open");
    studio.select(place);
    if (place.what === "field") {
      focusCard(place.at);
    }
  };
  return html`<details class="fm-problems"><summary>${icon(studio, "alert-circle")} ${studio.t("problems", { n: studio.problems.length })}</summary><ul>${studio.problems.map(
    (one) => html`<li><button type="button" class="fm-entry" @click=${(event: Event) => jump(event, one.where)}>${icon(studio, one.blocks ? "alert-circle" : "info-circle")}<span>${one.sentence}</span></button></li>`,
  )}</ul></details>`;
}
