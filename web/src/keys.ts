// Single keys of the desk. Vietnamese typing rules the choice: match event.code, keep out of fields and of
// compositions. Whatever carries data-key="T" (a letter, "/", "Shift+N", "Ctrl+Enter") is pressed or focused by it.
import { tinykeys } from "tinykeys";

const CODES: Record<string, string> = { "/": "Slash", "?": "Shift+Slash", "Ctrl+Enter": "$mod+Enter", "Ctrl+K": "$mod+KeyK" };

function code(key: string): string {
  const known = CODES[key];
  if (known) {
    return known;
  }
  return key
    .split("+")
    .map((part) => (/^[A-Z]$/.test(part) ? `Key${part}` : /^[0-9]$/.test(part) ? `Digit${part}` : part))
    .join("+");
}

function inField(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return !!element && (element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName)) && (element as HTMLInputElement).type !== "checkbox";
}

export function typing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229 || !event.code || inField(event.target);
}

function act(element: HTMLElement): void {
  if (inField(element)) {
    element.focus();
    (element as HTMLInputElement).select?.();
  } else {
    element.click();
  }
}

function visible(key: string): HTMLElement | undefined {
  const all = document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"], [data-key2="${CSS.escape(key)}"]`);
  const over = document.querySelector("dialog:modal");
  return Array.from(all).find((element) => element.getClientRects().length > 0 && !element.hasAttribute("disabled") && (!over || over.contains(element)));
}

export function bindKeys(): void {
  if (document.body.dataset.keys === "off") {
    return;
  }
  const letters = "BCGHKLMNPQRTVX".split("").concat(["1", "2", "3", "4", "5", "6", "7", "8", "9", "/", "?", "Shift+N", "Escape"]);
  const map: Record<string, (event: KeyboardEvent) => void> = {};
  for (const key of letters) {
    map[code(key)] = (event) => {
      const element = typing(event) ? undefined : visible(key);
      if (element) {
        event.preventDefault();
        act(element);
      }
    };
  }
  for (const key of ["Ctrl+Enter", "Ctrl+K"]) {
    map[code(key)] = (event) => {
      const element = event.isComposing ? undefined : visible(key);
      if (element) {
        event.preventDefault();
        act(element);
      }
    };
  }
  tinykeys(window, map);
}
