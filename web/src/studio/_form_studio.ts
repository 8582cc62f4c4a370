// What every part of the form editor works on: the definition, what is selected, words, and changing it.
import type { Problem } from "./_draft";
import type { KnownParts } from "./_form_leaves";
import type { At, Definition, Field } from "./_form_model";
import type { Around } from "./_rule_operands";

export interface Kind {
  kind: string;
  name: string;
  use: string;
}

export interface Setup {
  kinds: Kind[];
  formats: { value: string; label: string }[];
  parts: KnownParts;
  facts: { value: string; label: string; kinds: string[] }[];
  origins: { value: string; label: string }[];
  law: { key: string; label: string; unit: string }[];
  words: { [key: string]: string };
  title: string;
  closed: boolean;
  sentences: string;
  icons: string;
}

export interface Block {
  code: string;
  title: string;
  version: number;
  /** The name of its section by itself; rules inside begin with it. */
  name: string;
  fields: Field[];
}

export type Selected = { what: "form" } | { what: "page"; at: At } | { what: "field"; at: At } | { what: "check"; at: At };

export interface Studio extends Around {
  readonly def: Definition;
  readonly code: string;
  readonly setup: Setup;
  readonly selected: Selected;
  /** The page in the middle: the selected one, or the last that was. */
  readonly page: number;
  readonly problems: Problem[];
  /** Put a changed definition in place. Changes with the same `joined`, one after another, are one step back. */
  edit(next: Definition, joined?: string): void;
  recode(code: string): void;
  drop(): void;
  select(next: Selected): void;
  kind(name: string): Kind;
  /** Names that still follow their label: of questions added and not left yet. */
  readonly fresh: Set<string>;
}

/** What is selected as one word, to tell one selection from another. */
export function mark(selected: Selected): string {
  return selected.what === "form" ? "form" : `${selected.what}:${selected.at.join(".")}`;
}
