// A work list: arrows move, Enter opens, Space previews, X ticks, Shift+arrow ticks a range. Markup:
// table[data-list], each row tr[data-row] with one a[data-open] and, where bulk acts exist, one input.ui-list__check.
import { bindGlance, glance } from "./glance";
import { typing } from "./keys";

let anchor: HTMLTableRowElement | null = null;

function rowsOf(list: HTMLTableElement): HTMLTableRowElement[] {
  return Array.from(list.querySelectorAll<HTMLTableRowElement>("tr[data-row]"));
}

function go(row: HTMLTableRowElement): void {
  row.tabIndex = -1;
  row.focus();
}

export function bindList(): void {
  document.addEventListener("keydown", (event) => {
    const list = document.querySelector<HTMLTableElement>("table[data-list]");
    if (!list || typing(event) || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const rows = rowsOf(list);
    if (!rows.length) {
      return;
    }
    const focused = document.activeElement as HTMLElement | null;
    const active = focused?.closest<HTMLTableRowElement>("tr[data-row]") ?? null;
    const at = active ? rows.indexOf(active) : -1;
    if (at < 0 && focused !== document.body && focused?.id !== "main-content" && !focused?.matches(".dk-list")) {
      return;
    }
    const steps: Record<string, number> = {
      ArrowDown: Math.min(at + 1, rows.length - 1),
      ArrowUp: Math.max(at - 1, 0),
      Home: 0,
      End: rows.length - 1,
    };
    if (event.code in steps) {
      event.preventDefault();
      const row = rows[steps[event.code]];
      const from = active ?? row;
      go(row);
      if (event.shiftKey) {
        anchor ??= from;
        range(rows, anchor, from, row);
      } else {
        anchor = null;
      }
    } else if (active && event.code === "Enter" && focused === active) {
      event.preventDefault();
      active.querySelector<HTMLAnchorElement>("a[data-open]")?.click();
    } else if (active && event.code === "KeyX") {
      event.preventDefault();
      tick(active);
    } else if (active && event.code === "Space" && focused === active) {
      event.preventDefault();
      glance(active);
    }
  });
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLElement;
    if (box.matches(".ui-list__check")) {
      mark(box.closest("tr[data-row]"));
    }
  });
  bindWhole();
  bindGlance();
  comeBack();
}

// What a range covered and no longer covers is unticked; what it covers is ticked.
function range(rows: HTMLTableRowElement[], start: HTMLTableRowElement, from: HTMLTableRowElement, to: HTMLTableRowElement): void {
  const [first, was, now] = [rows.indexOf(start), rows.indexOf(from), rows.indexOf(to)];
  const between = (place: number, end: number): boolean => place >= Math.min(first, end) && place <= Math.max(first, end);
  rows.forEach((row, place) => {
    if (between(place, now)) {
      tick(row, true);
    } else if (between(place, was)) {
      tick(row, false);
    }
  });
}

function tick(row: HTMLTableRowElement, to?: boolean): void {
  const box = row.querySelector<HTMLInputElement>(".ui-list__check");
  if (box && !box.disabled && box.checked !== to) {
    box.checked = to ?? !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function mark(row: Element | null): void {
  row?.classList.toggle("ui-list__row--selected", !!row.querySelector<HTMLInputElement>(".ui-list__check")?.checked);
}

// The box in the head ticks the page; only then is the whole list offered, as a second step.
function bindWhole(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-bulk]");
  const all = form?.querySelector<HTMLInputElement>("[data-bulk-all]");
  if (!form || !all) {
    return;
  }
  const whole = form.querySelector<HTMLButtonElement>("[data-bulk-whole]");
  const boxes = (): HTMLInputElement[] => Array.from(form.querySelectorAll<HTMLInputElement>(".ui-list__check:not(:disabled)"));
  const tell = (): void => {
    const chosen = boxes().filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
    if (whole) {
      whole.hidden = !all.checked;
    }
  };
  form.addEventListener("change", (event) => {
    if (event.target === all) {
      const to = all.checked;
      for (const box of boxes()) {
        if (box.checked !== to) {
          box.checked = to;
          box.dispatchEvent(new Event("change", { bubbles: true }));
        }
      }
    }
    tell();
  });
  tell();
}

// Back from a dossier, its row has the focus again.
function comeBack(): void {
  const code = /\/can-bo\/ho-so\/([^/?]+)\//.exec(document.referrer)?.[1];
  const row = code ? document.getElementById(`d-${decodeURIComponent(code)}`) : null;
  if (row && document.activeElement === document.body) {
    go(row as HTMLTableRowElement);
    row.scrollIntoView({ block: "nearest" });
  }
}
