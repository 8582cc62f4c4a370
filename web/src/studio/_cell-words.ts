// Cells of conditions as people write them, "dưới 18", and as the table keeps them, `< 18`. What is more than the
// plain shapes below stands as it is kept, both ways.
import type { Input } from "./_fees-rows";

type Words = Record<string, string>;

const ANY = "-";
const NUMBER = "-?\\d+(?:\\.\\d+)?";
const DAY = 'date\\("\\d{4}-\\d{2}-\\d{2}"\\)';
/** Each shape with one or two values, by the word it is said in; of two that read alike the first is said. */
const SHAPES: [string, string][] = [
  ["below", "< {n}"],
  ["at_most", "<= {n}"],
  ["above", "> {n}"],
  ["at_least", ">= {n}"],
  ["between", "[{n}..{m}]"],
];

const plain = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const fill = (pattern: string, [n = "", m = ""]: string[]): string => pattern.replace("{n}", n).replace("{m}", m);

/** The values a text holds in the places of a pattern; null when it is not of that pattern. */
function found(pattern: string, text: string, value: string): string[] | null {
  const source = plain(pattern).replace(/ /g, "\\s*").replace(/\\\{[nm]\\\}/g, `(${value})`);
  const hit = new RegExp(`^${source}$`, "i").exec(text);
  return hit ? hit.slice(1) : null;
}

/** A day as people write it; empty for none. */
export function saidDay(kept: string): string {
  const day = /(\d{4})-(\d{2})-(\d{2})/.exec(kept);
  return day ? `${day[3]}/${day[2]}/${day[1]}` : "";
}

/** A day typed as day, month, year, in the order machines want; null when it is none. */
export function keptDay(typed: string): string | null {
  const day = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/.exec(typed.trim());
  const kept = day ? `${day[3]}-${day[2].padStart(2, "0")}-${day[1].padStart(2, "0")}` : "";
  const real = new Date(`${kept}T00:00:00Z`);
  return kept && !Number.isNaN(real.getTime()) && real.toISOString().startsWith(kept) ? kept : null;
}

/** One value said: a number with its points, a day by its day, month and year. */
function saidValue(kept: string): string {
  if (saidDay(kept)) {
    return saidDay(kept);
  }
  const [whole, rest] = kept.split(".");
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ".") + (rest ? `,${rest}` : "");
}

/** One value kept; null when what was typed is neither a number nor a day. */
function keptValue(typed: string): string | null {
  const day = keptDay(typed);
  if (day) {
    return `date("${day}")`;
  }
  const number = typed.replace(/\.(?=\d{3}(\D|$))/g, "").replace(",", ".");
  return new RegExp(`^${NUMBER}$`).test(number) ? number : null;
}

/** What names the values of an input: its options, or yes and no; empty where a value is typed. */
export function named(input: Input, words: Words): [string, string][] {
  return input.type === "yes_no"
    ? [["true", words.yes], ["false", words.no]]
    : input.options.map(([value, label]) => [`"${value}"`, label]);
}

/** The list of names that a cell of an input is chosen from. */
export function offered(input: Input, words: Words): HTMLDataListElement {
  const list = document.createElement("datalist");
  list.id = `chon-${input.code}`;
  list.append(...named(input, words).map(([_value, label]) => new Option(label, label)));
  return list;
}

function saidNames(text: string, input: Input, words: Words): string | null {
  const names = new Map(named(input, words));
  const parts = input.type === "yes_no" ? [text] : (/^"[^"]*"(\s*,\s*"[^"]*")*$/.test(text) && text.match(/"[^"]*"/g)) || [];
  const said = parts.map((one) => names.get(one) ?? (names.size ? undefined : one.slice(1, -1)));
  return said.length && said.every((one) => one) ? said.join(words.or) : null;
}

function keptNames(text: string, input: Input, words: Words): string | null {
  const names = new Map(named(input, words).map(([value, label]) => [label.toLowerCase(), value]));
  const whole = names.get(text.toLowerCase());
  const parts = whole ? [whole] : text.split(words.or).map((one) => names.get(one.trim().toLowerCase()));
  if (parts.every((one) => one)) {
    return parts.join(", ");
  }
  const free = input.type === "text" && !names.size && !/["<>=[\](),]|^-$/.test(text);
  return free ? `"${text}"` : null;
}

/** A cell as people write it. */
export function said(test: string, input: Input, words: Words): string {
  const text = test.trim();
  const inner = /^not\((.*)\)$/.exec(text)?.[1];
  const name = saidNames(inner ?? text, input, words);
  if (name) {
    return inner === undefined ? name : fill(words.is_not, [name]);
  }
  const days = input.type === "date";
  for (const [word, pattern] of SHAPES) {
    const values = found(pattern, text, days ? DAY : NUMBER);
    if (values) {
      return fill(words[days ? `day_${word}` : word], values.map(saidValue));
    }
  }
  return new RegExp(`^(${NUMBER}|${DAY})$`).test(text) ? saidValue(text) : text;
}

/** The same cell as the table keeps it. */
export function kept(typed: string, input: Input, words: Words): string {
  const text = typed.trim().replace(/\s+/g, " ");
  if (!text || text === ANY || text.toLowerCase() === words.anything.toLowerCase()) {
    return ANY;
  }
  const inner = found(words.is_not, text, ".+")?.[0];
  const name = keptNames(inner ?? text, input, words);
  if (name) {
    return inner === undefined ? name : `not(${name})`;
  }
  const days = input.type === "date";
  for (const [word, pattern] of SHAPES) {
    for (const wording of [words[days ? `day_${word}` : word], words[`${word}_short`]]) {
      const values = wording ? found(wording, text, "[\\d.,/ -]+?")?.map((one) => keptValue(one.trim())) : null;
      if (values?.every((one) => one !== null)) {
        return fill(pattern, values as string[]);
      }
    }
  }
  return keptValue(text) ?? text;
}
