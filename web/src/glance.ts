// A dossier at a glance: beside the list where there is room for it, else in a panel over the page.
import htmx from "htmx.org";

const PAUSE_MS = 250;
let waiting = 0;

function beside(): HTMLElement | null {
  const side = document.querySelector<HTMLElement>("[data-beside]");
  return side && side.getClientRects().length ? side : null;
}

function panel(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>("dialog[data-glance]");
}

function address(row: Element): string {
  const link = row.querySelector<HTMLAnchorElement>("a[data-open]");
  const [path, query] = (link?.getAttribute("href") ?? "").split("?");
  return path ? `${path}xem-nhanh/${query ? `?${query}` : ""}` : "";
}

function current(row: Element | null): void {
  document.querySelectorAll("tr[data-row][aria-current]").forEach((each) => each.removeAttribute("aria-current"));
  row?.setAttribute("aria-current", "true");
  row?.setAttribute("tabindex", "-1");
}

function load(href: string, target: HTMLElement): void {
  target.setAttribute("aria-busy", "true");
  void htmx.ajax("GET", href, { target, swap: "innerHTML" });
}

function show(href: string, row: Element | null): void {
  const side = beside();
  const here = side ?? panel()?.querySelector<HTMLElement>("[data-glance-here]");
  if (!here || !href) {
    return;
  }
  current(row);
  if (!side) {
    const dialog = panel();
    if (dialog && !dialog.open) {
      dialog.showModal();
    }
  }
  load(href, here);
}

/** Show the dossier of a row. */
export function glance(row: Element): void {
  clearTimeout(waiting);
  show(address(row), row);
}

// Walking on inside a glance keeps the list's order; the row walks along when it is on this page.
function walk(link: HTMLAnchorElement): void {
  const row = document.getElementById(`d-${link.dataset.glanceTo}`);
  show(link.getAttribute("href") ?? "", row);
  row?.scrollIntoView({ block: "nearest" });
}

export function bindGlance(): void {
  const dialog = panel();
  if (!dialog) {
    return;
  }
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const link = target.closest<HTMLAnchorElement>("a[data-glance-to]");
    if (link && !event.ctrlKey && !event.metaKey && link.closest("[data-beside], [data-glance]")) {
      event.preventDefault();
      walk(link);
      return;
    }
    const row = target.closest<HTMLTableRowElement>("tr[data-row]");
    if (row && beside() && !target.closest("a, button, input, label")) {
      row.tabIndex = -1;
      row.focus();
    }
  });
  // A row that keeps the focus for a moment is shown; each showing leaves a trace, so passing by does not.
  document.addEventListener("focusin", (event) => {
    const row = event.target as HTMLElement;
    clearTimeout(waiting);
    if (row.matches("tr[data-row]") && beside() && row.getAttribute("aria-current") !== "true") {
      waiting = window.setTimeout(() => glance(row), PAUSE_MS);
    }
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const target = (event as CustomEvent).detail?.ctx?.target as HTMLElement | undefined;
    if (target?.matches("[data-glance-here], [data-beside]")) {
      target.removeAttribute("aria-busy");
      target.scrollTop = 0;
      if (target.matches("[data-glance-here]") || target.contains(document.activeElement)) {
        const heading = target.querySelector<HTMLElement>("[data-focus]");
        if (heading) {
          heading.tabIndex = -1;
          heading.focus();
        }
      }
    }
  });
  dialog.addEventListener("close", () => {
    document.querySelector<HTMLElement>("tr[data-row][aria-current]")?.focus();
  });
}
