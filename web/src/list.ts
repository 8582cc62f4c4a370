// A work list: arrows move, Enter opens, X or Space ticks, Shift+arrow ticks a range. Markup: table[data-list],
// each row tr[data-row] with one a[data-open] and, where bulk acts exist, one input.ui-list__check.
import { typing } from "./keys";

export function bindList(): void {
  document.addEventListener("keydown", (event) => {
    const list = document.querySelector<HTMLTableElement>("table[data-list]");
    if (!list || typing(event) || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const rows = Array.from(list.querySelectorAll<HTMLTableRowElement>("tr[data-row]"));
    if (!rows.length) {
      return;
    }
    const active = (document.activeElement as HTMLElement | null)?.closest<HTMLTableRowElement>("tr[data-row]") ?? null;
    const at = active ? rows.indexOf(active) : -1;
    if (at < 0 && document.activeElement !== document.body && document.activeElement?.id !== "main-content") {
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
      row.tabIndex = -1;
      row.focus();
      if (event.shiftKey && active) {
        tick(active, true);
        tick(row, true);
      }
    } else if (active && event.code === "Enter" && document.activeElement === active) {
      event.preventDefault();
      active.querySelector<HTMLAnchorElement>("a[data-open]")?.click();
    } else if (active && (event.code === "KeyX" || (event.code === "Space" && document.activeElement === active))) {
      event.preventDefault();
      tick(active);
    }
  });
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLElement;
    if (box.classList.contains("ui-list__check")) {
      mark(box.closest("tr[data-row]"));
    }
  });
}

function tick(row: HTMLTableRowElement, to?: boolean): void {
  const box = row.querySelector<HTMLInputElement>(".ui-list__check");
  if (box && !box.disabled) {
    box.checked = to ?? !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function mark(row: Element | null): void {
  row?.classList.toggle("ui-list__row--selected", !!row.querySelector<HTMLInputElement>(".ui-list__check")?.checked);
}
