// The steps and the agencies of a process as tables that are changed by keyboard.

import { type Body, type Drawing, type Facts, type Limit, type Phase, type Step, UNITS, type Wait, atLeastOne, choice, make } from "./_process-facts";

export interface Changes {
  steps(next: Step[], said?: string): void;
  body(next: Partial<Body>): void;
  /** The agencies as they stand now, changed: a table outlives changes that leave its shape. */
  phases(change: (now: Phase[]) => Phase[]): void;
}

const HOURS_OF_A_DAY = 8;
const HOURS: Record<string, number> = { hour: 1, working_day: 8, calendar_day: 40 / 7, month: 176 };
const WAITS: Record<string, Wait> = {
  wait_time: { what: "time", amount: 5, unit: "working_day" },
  wait_answers: { what: "answers", amount: 0, unit: "" },
};

function head(...words: string[]): HTMLTableSectionElement {
  const row = make("tr");
  for (const word of words) {
    row.append(make("th", { scope: "col" }, word));
  }
  return make("thead", {}, row);
}

function button(words: string, of: string, name: string, pressed: () => void): HTMLButtonElement {
  const made = make("button", { type: "button", class: "ui-linkbutton", "data-press": name }, words);
  made.append(make("span", { class: "govuk-visually-hidden" }, ` ${of}`));
  made.addEventListener("click", pressed);
  return made;
}

/** A number that is a whole amount; empty is 0. */
function amount(value: number, label: string, stem: string, changed: (amount: number) => void): HTMLInputElement {
  const input = make("input", {
    class: "govuk-input st-amount",
    type: "number",
    min: "0",
    max: "999",
    inputmode: "numeric",
    "aria-label": label,
    "data-field": stem,
    value: String(value),
  });
  input.addEventListener("change", () => changed(Math.max(0, Math.round(Number(input.value) || 0))));
  return input;
}

export function stepsTable(drawing: Drawing, body: Body, byTerm: boolean, facts: Facts, changes: Changes): HTMLElement {
  const { words } = facts;
  const phases = body.phases.length > 0 || drawing.steps.some((step) => step.phase);
  const may = facts.editable && drawing.line;
  const unit = byTerm && facts.term ? facts.units[facts.term.unit] : words.percent;
  const returns = drawing.steps.some((step) => step.back_to);
  const columns = [words.name, words.role, words.act];
  if (phases) {
    columns.push(words.phase);
  }
  columns.push(`${words.time} (${unit})`);
  if (returns) {
    columns.push(words.back);
  }
  if (may) {
    columns.push(words.tools);
  }
  const rows = make("tbody");
  const edit = (index: number, change: Partial<Step>, said?: string): void => {
    changes.steps(
      drawing.steps.map((step, place) => (place === index ? { ...step, ...change } : step)),
      said,
    );
  };
  drawing.steps.forEach((step, index) => {
    const of = step.name || `${words.step} ${index + 1}`;
    const row = make("tr", { id: `buoc-${step.step}` });
    const cell = (content: Node | string): void => row.append(make("td", {}, content));
    if (may) {
      const name = make("input", { class: "govuk-input", "aria-label": `${words.name}, ${of}`, "data-field": `name-${index}` });
      name.value = step.name;
      name.addEventListener("change", () => edit(index, { name: name.value.trim() }));
      row.append(make("th", { scope: "row" }, name));
      const act = facts.acts.find((one) => one.name === step.act);
      const able = Object.entries(facts.roles).filter(([role]) => !act || act.roles.includes(role));
      const role = choice(able, step.role, { "aria-label": `${words.role}, ${of}`, "data-field": `role-${index}` }, words.choose);
      role.addEventListener("change", () => edit(index, { role: role.value }));
      cell(role);
      const acts = facts.acts.map((one): [string, string] => [one.name, one.label]);
      const waits = Object.keys(WAITS).map((one): [string, string] => [one, words[one]]);
      const what = choice([...acts, ...waits], step.wait ? `wait_${step.wait.what}` : step.act, { "aria-label": `${words.act}, ${of}`, "data-field": `act-${index}` }, words.choose);
      what.addEventListener("change", () => {
        if (WAITS[what.value]) {
          edit(index, { act: "", share: 0, back_to: "", limits: [], agencies: [], wait: WAITS[what.value] });
          return;
        }
        const chosen = facts.acts.find((one) => one.name === what.value);
        const keeps = !chosen || chosen.roles.includes(step.role);
        edit(index, { act: what.value, wait: null, agencies: chosen?.asks ? step.agencies : [], role: keeps ? step.role : chosen.roles.length === 1 ? chosen.roles[0] : "" });
      });
      cell(what);
      row.lastElementChild?.append(...asked(step, facts));
    } else {
      row.append(make("th", { scope: "row" }, step.name));
      cell(facts.roles[step.role] ?? step.role);
      cell(step.wait ? words[`wait_${step.wait.what}`] : (facts.acts.find((one) => one.name === step.act)?.label ?? step.act));
      row.lastElementChild?.append(...asked(step, facts));
    }
    if (phases) {
      const known = body.phases.map((phase): [string, string] => [phase.key, phase.name || phase.key]);
      if (may) {
        const phase = choice(known, step.phase, { "aria-label": `${words.phase}, ${of}`, "data-field": `phase-${index}` }, words.home);
        phase.addEventListener("change", () => edit(index, { phase: phase.value }));
        cell(phase);
      } else {
        cell(known.find(([key]) => key === step.phase)?.[1] ?? step.phase);
      }
    }
    if (step.wait) {
      cell(waiting(step.wait, of, index, facts, may, (wait) => edit(index, { wait })));
    } else if (!facts.editable || (!byTerm && !may)) {
      cell(byTerm ? String(allotted(body, step)) : String(step.share));
    } else if (byTerm) {
      cell(amount(allotted(body, step), `${words.time}, ${of}`, `time-${index}`, (value) => changes.body(allot(body, step, value, facts))));
    } else {
      cell(amount(step.share, `${words.time}, ${of}`, `time-${index}`, (value) => edit(index, { share: value })));
    }
    row.lastElementChild?.append(...clocks(step, of, index, facts, may, (limits, said) => edit(index, { limits }, said)));
    if (returns) {
      const earlier = drawing.steps.slice(0, index).map((one): [string, string] => [one.step, one.name]);
      if (step.back_to && may) {
        const back = choice(earlier, step.back_to, { "aria-label": `${words.back}, ${of}`, "data-field": `back-${index}` });
        back.addEventListener("change", () => edit(index, { back_to: back.value }));
        cell(back);
      } else {
        cell(drawing.steps.find((one) => one.step === step.back_to)?.name ?? "");
      }
    }
    if (may) {
      const tools = make("td", { class: "st-row-tools" });
      const swap = (to: number): void => {
        const next = [...drawing.steps];
        [next[index], next[to]] = [next[to], next[index]];
        changes.steps(next, words.moved.replace("{name}", of).replace("{place}", String(to + 1)));
      };
      if (index > 0) {
        tools.append(button(words.up, of, `up-${step.step}`, () => swap(index - 1)));
      }
      if (index < drawing.steps.length - 1) {
        tools.append(button(words.down, of, `down-${step.step}`, () => swap(index + 1)));
      }
      if (drawing.steps.length > 1) {
        tools.append(
          button(words.remove, of, `remove-${step.step}`, () =>
            changes.steps(
              drawing.steps.filter((_one, place) => place !== index),
              words.gone.replace("{name}", of),
            ),
          ),
        );
      }
      row.append(tools);
    }
    rows.append(row);
  });
  const table = make("table", { class: "govuk-table st-steps-table" }, head(...columns), rows);
  const place = make("div", { class: "ui-scroll", role: "region", "aria-label": words.steps_table, tabindex: "0" }, table);
  if (facts.editable && !drawing.line) {
    place.prepend(make("p", { class: "govuk-body-s" }, words.branches));
  }
  return place;
}

/** How long a step waits, to be changed or to be read. */
function waiting(wait: Wait, of: string, index: number, facts: Facts, may: boolean, changed: (wait: Wait) => void): Node | string {
  if (wait.what !== "time") {
    return "";
  }
  const { words } = facts;
  if (!may) {
    return `${wait.amount} ${words[wait.unit] ?? wait.unit}`;
  }
  const place = make("div", { class: "st-term" });
  const unit = choice(
    UNITS.map((one): [string, string] => [one, words[one]]),
    wait.unit,
    { "aria-label": `${words.unit}, ${of}`, "data-field": `wait-unit-${index}` },
  );
  unit.addEventListener("change", () => changed({ ...wait, unit: unit.value }));
  place.append(
    amount(wait.amount, `${words.wait_amount}, ${of}`, `wait-${index}`, (value) => changed({ ...wait, amount: atLeastOne(String(value)) })),
    unit,
  );
  return place;
}

/** The clocks on a step: those that tell can be changed where steps follow each other; 0 takes one off. */
function clocks(step: Step, of: string, index: number, facts: Facts, may: boolean, changed: (limits: Limit[], said?: string) => void): Node[] {
  const { words } = facts;
  const made = step.limits.map((limit, place): Node => {
    const time = `${limit.amount} ${words[limit.unit] ?? limit.unit}`;
    const who = (facts.roles[limit.role] ?? limit.role).toLocaleLowerCase("vi");
    if (!may || limit.goes) {
      return make("p", { class: "st-clock" }, (limit.goes ? words.clock_leaves : words.clock_said).replace("{time}", time).replace("{who}", who));
    }
    const put = (change: Partial<Limit>): void => changed(step.limits.map((one, at) => (at === place ? { ...one, ...change } : one)));
    const value = amount(limit.amount, `${words.clock_amount}, ${of}`, `clock-${index}-${place}`, (days) =>
      days ? put({ amount: days }) : changed(step.limits.filter((_one, at) => at !== place)),
    );
    const told = choice(Object.entries(facts.roles), limit.role, { "aria-label": `${words.clock_told}, ${of}`, "data-field": `told-${index}-${place}` });
    told.addEventListener("change", () => put({ role: told.value }));
    const row = make("div", { class: "st-clock" }, `${words.clock_amount} `, value, ` ${words[limit.unit]}: ${words.clock_told.toLocaleLowerCase("vi")} `);
    row.append(told);
    return row;
  });
  if (may && !step.wait && !made.length && step.step) {
    const limit: Limit = { element: `dh_${step.step}`.slice(0, 60), name: words.clock_name, amount: 3, unit: "working_day", goes: false, role: "leader" };
    made.push(button(words.clock_add, of, `clock-${step.step}`, () => changed([limit])));
  }
  return made;
}

/** Which agencies a step asks in any case. */
function asked(step: Step, facts: Facts): Node[] {
  const names = step.agencies.map((code) => facts.agencies.find((one) => one.code === code)?.name ?? code);
  return names.length ? [make("p", { class: "st-clock" }, `${facts.words.always}: ${names.join(", ")}`)] : [];
}

/** What a wait takes of the whole: in the unit of the term, or in percent of it. */
function waited(step: Step, byTerm: boolean, facts: Facts): number {
  const { term } = facts;
  if (!step.wait || step.wait.what !== "time" || !term) {
    return 0;
  }
  const amounts = (step.wait.amount * HOURS[step.wait.unit]) / HOURS[term.unit];
  return Math.round((byTerm ? amounts : (amounts * 100) / Math.max(term.amount, 1)) * 10) / 10;
}

function allotted(body: Body, step: Step): number {
  return body.step_allotments.find((one) => one.step === step.step)?.term.amount ?? 0;
}

function allot(body: Body, step: Step, value: number, facts: Facts): Partial<Body> {
  const rest = body.step_allotments.filter((one) => one.step !== step.step);
  const unit = facts.term?.unit ?? "working_day";
  const own = value ? [{ step: step.step, name: step.name, term: { amount: value, unit } }] : [];
  return { step_allotments: [...rest, ...own] };
}

export function phasesTable(body: Body, facts: Facts, changes: Changes): HTMLElement {
  const { words } = facts;
  const rows = make("tbody");
  const edit = (index: number, change: Partial<Phase>): void =>
    changes.phases((now) => now.map((phase, place) => (place === index ? { ...phase, ...change } : phase)));
  const timed = (index: number, change: Partial<Phase["term"]>): void =>
    changes.phases((now) => now.map((phase, place) => (place === index ? { ...phase, term: { ...phase.term, ...change } } : phase)));
  const kinds: [string, string][] = [
    ["receiving", words.receiving],
    ["parent", words.parent],
    ["named", words.named],
  ];
  const units = Object.entries(facts.units).filter(([unit]) => unit === "working_day" || unit === "hour" || unit === facts.term?.unit);
  body.phases.forEach((phase, index) => {
    const of = phase.name || phase.key;
    const row = make("tr", { id: `giai-doan-${phase.key}` });
    if (!facts.editable) {
      const code = facts.agencies.find((one) => one.code === phase.code)?.name ?? phase.code;
      const which = kinds.find(([kind]) => kind === phase.agency)?.[1] ?? phase.agency;
      row.append(
        make("th", { scope: "row" }, of),
        make("td", {}, phase.key),
        make("td", {}, code ? `${which}: ${code}` : which),
        make("td", {}, `${phase.term.amount} ${facts.units[phase.term.unit] ?? ""}`),
      );
      rows.append(row);
      return;
    }
    const name = make("input", { class: "govuk-input", "aria-label": `${words.phase_name}, ${of}`, "data-field": `phase-name-${index}` });
    name.value = phase.name;
    name.addEventListener("change", () => edit(index, { name: name.value.trim() }));
    const kind = choice(kinds, phase.agency, { "aria-label": `${words.agency}, ${of}`, "data-field": `phase-agency-${index}` });
    kind.addEventListener("change", () => edit(index, { agency: kind.value, code: kind.value === "named" ? phase.code : "" }));
    const agency = make("td", {}, kind);
    if (phase.agency === "named") {
      const known = facts.agencies.map((one): [string, string] => [one.code, one.name]);
      const which = choice(known, phase.code, { "aria-label": `${words.which}, ${of}`, "data-field": `phase-code-${index}` }, words.choose);
      which.addEventListener("change", () => edit(index, { code: which.value }));
      agency.append(which);
    }
    const unit = choice(units, phase.term.unit, { "aria-label": `${words.term}, ${of}`, "data-field": `phase-unit-${index}` });
    unit.addEventListener("change", () => timed(index, { unit: unit.value }));
    const time = make("td", { class: "st-term" });
    time.append(
      amount(phase.term.amount, `${words.term}, ${of}`, `phase-term-${index}`, (value) => timed(index, { amount: value })),
      unit,
    );
    const tools = make("td", { class: "st-row-tools" });
    tools.append(button(words.remove, of, `remove-phase-${phase.key}`, () => changes.phases((now) => now.filter((_one, place) => place !== index))));
    row.append(make("th", { scope: "row" }, name), make("td", {}, phase.key), agency, time, tools);
    rows.append(row);
  });
  const columns = [words.phase_name, words.key, words.agency, words.term, ...(facts.editable ? [words.tools] : [])];
  const table = make("table", { class: "govuk-table st-steps-table" }, head(...columns), rows);
  return make("div", { class: "ui-scroll", role: "region", "aria-label": words.phases_table, tabindex: "0" }, table);
}

/** What makes another table of agencies necessary; their times and which one is meant do not. */
export function phasesShape(body: Body): string {
  return JSON.stringify(body.phases.map((phase) => [phase.key, phase.name, phase.agency]));
}

/** The table of agencies told what was changed elsewhere: taken back, or put together with another's changes. */
export function phasesTold(place: ParentNode, body: Body): void {
  body.phases.forEach((phase, index) => {
    const values = { term: String(phase.term.amount), unit: phase.term.unit, code: phase.code };
    for (const [name, value] of Object.entries(values)) {
      const field = place.querySelector<HTMLInputElement | HTMLSelectElement>(`[data-field="phase-${name}-${index}"]`);
      if (field && field !== document.activeElement) {
        field.value = value;
      }
    }
  });
}

/** How much of the whole is divided: parts for a bar, in percent of the whole, and words. */
export function divided(drawing: Drawing, body: Body, byTerm: boolean, facts: Facts): { parts: [string, number][]; said: string; over: boolean } {
  const { words, term } = facts;
  const total = byTerm ? (term?.amount ?? 0) : 100;
  const unit = byTerm && term ? facts.units[term.unit] : "%";
  const parts = drawing.steps.map((step): [string, number] => [step.name, step.wait ? waited(step, byTerm, facts) : byTerm ? allotted(body, step) : step.share]);
  const used = Math.round(parts.reduce((sum, [, value]) => sum + value, 0) * 10) / 10;
  const fill = (text: string): string =>
    text
      .replace("{used}", String(used))
      .replace("{total}", String(total))
      .replace("{over}", String(Math.round((used - total) * 10) / 10))
      .replace("{left}", String(Math.round((total - used) * 10) / 10))
      .split("{unit}")
      .join(unit);
  const said = [fill(words.divided)];
  if (used !== total) {
    said.push(fill(used > total ? words.over : words.left));
  }
  const whole = Math.max(total, used, 1);
  return { parts: parts.map(([name, value]) => [name, (value * 100) / whole]), said: said.join(" "), over: used > total };
}

/** What the agencies' own times take of the whole, in its unit; null when that cannot be said. */
export function phasesUse(body: Body, facts: Facts): number | null {
  let used = 0;
  for (const { term } of body.phases) {
    if (term.unit === facts.term?.unit) {
      used += term.amount;
    } else if (term.unit === "hour" && facts.term?.unit === "working_day") {
      used += Math.ceil(term.amount / HOURS_OF_A_DAY);
    } else {
      return null;
    }
  }
  return used;
}
