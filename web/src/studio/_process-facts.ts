// What the page of a process is given, and what the server answers about a drawing.

export interface Step {
  step: string;
  name: string;
  act: string;
  role: string;
  phase: string;
  share: number;
  back_to: string;
  sends: boolean;
}

export interface Drawing {
  bpmn: string;
  svg: string;
  line: boolean;
  steps: Step[];
  notes?: { where: string; sentence: string; blocks: boolean }[];
}

interface Term {
  amount: number;
  unit: string;
}

export interface Phase {
  key: string;
  name: string;
  term: Term;
  agency: string;
  code: string;
  role: string;
}

export interface Body {
  key: string;
  bpmn: string;
  step_allotments: { step: string; name: string; term: Term }[];
  phases: Phase[];
}

export interface Facts {
  editable: boolean;
  look: string;
  file: string;
  drawing: Drawing | null;
  acts: { name: string; label: string; roles: string[]; sends: boolean }[];
  roles: Record<string, string>;
  conditions: { text: string; label: string }[];
  agencies: { code: string; name: string }[];
  term: Term | null;
  units: Record<string, string>;
  own: string;
  words: Record<string, string>;
  /** What the builder of conditions says, and where icons are. */
  rule_words: Record<string, string>;
  icons: string;
}

/** An element with attributes and children; text is set as text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** A select with its options, one chosen; `empty` is the words of choosing nothing. */
export function choice(
  options: [string, string][],
  chosen: string,
  attributes: Record<string, string>,
  empty?: string,
): HTMLSelectElement {
  const select = make("select", { class: "govuk-select", ...attributes });
  if (empty !== undefined) {
    select.append(make("option", { value: "" }, empty));
  }
  for (const [value, text] of options) {
    select.append(make("option", { value }, text));
  }
  if (chosen && ![...select.options].some((option) => option.value === chosen)) {
    select.append(make("option", { value: chosen }, chosen));
  }
  select.value = chosen;
  return select;
}
