// Dragging questions, pages and kinds of questions with mouse, pen or finger. Keys do the same by buttons and arrows.
import { add, movePage, moveTo } from "./_form_acts";
import type { At } from "./_form_model";
import type { Studio } from "./_form_studio";

const FAR = 6;

type Load = { what: "field"; at: At } | { what: "page"; at: number } | { what: "kind"; kind: string };

interface Drop {
  target: HTMLElement;
  side: "before" | "after" | "into";
  field: At | null;
  page: number;
}

function places(words: string): At {
  return words.split(".").map(Number);
}

function load(start: Element): Load | null {
  const from = start.closest<HTMLElement>("[data-drag], [data-drag-page], [data-drag-kind]");
  if (from?.dataset.drag) {
    return { what: "field", at: places(from.dataset.drag) };
  }
  if (from?.dataset.dragPage) {
    return { what: "page", at: Number(from.dataset.dragPage) };
  }
  return from?.dataset.dragKind ? { what: "kind", kind: from.dataset.dragKind } : null;
}

function under(studio: Studio, carried: Load, x: number, y: number): Drop | null {
  const here = document.elementFromPoint(x, y);
  const half = (target: HTMLElement): "before" | "after" => {
    const box = target.getBoundingClientRect();
    return y < box.top + box.height / 2 ? "before" : "after";
  };
  const page = here?.closest<HTMLElement>("[data-page]");
  if (page) {
    const number = Number(page.dataset.page);
    if (carried.what === "page") {
      return { target: page, side: half(page), field: null, page: number };
    }
    return { target: page, side: "into", field: [number, studio.def.pages[number].fields.length], page: number };
  }
  if (carried.what === "page") {
    return null;
  }
  const empty = here?.closest<HTMLElement>("[data-into]");
  if (empty) {
    const home = places(empty.dataset.into as string);
    return { target: empty, side: "into", field: [...home, 0], page: home[0] };
  }
  const card = here?.closest<HTMLElement>("[data-at]");
  if (!card) {
    return null;
  }
  const at = places(card.dataset.at as string);
  const side = half(card);
  return { target: card, side, field: side === "before" ? at : [...at.slice(0, -1), at[at.length - 1] + 1], page: at[0] };
}

function put(studio: Studio, carried: Load, drop: Drop): void {
  if (carried.what === "page") {
    const to = drop.page + (drop.side === "after" ? 1 : 0);
    movePage(studio, carried.at, to > carried.at ? to - 1 : to);
  } else if (drop.field && carried.what === "field") {
    moveTo(studio, carried.at, drop.field);
  } else if (drop.field && carried.what === "kind") {
    add(studio, carried.kind, drop.field);
  }
}

/** Watch the editor for dragging. */
export function dragging(root: HTMLElement, studio: Studio): void {
  let carried: Load | null = null;
  let from: [number, number] = [0, 0];
  let moving = false;
  let drop: Drop | null = null;

  const show = (next: Drop | null): void => {
    delete drop?.target.dataset.drop;
    drop = next;
    if (drop) {
      drop.target.dataset.drop = drop.side;
    }
  };
  const end = (): void => {
    show(null);
    carried = null;
    moving = false;
    root.classList.remove("fm--dragging");
  };

  root.addEventListener("pointerdown", (event) => {
    const target = event.target as Element;
    if (event.button !== 0 || studio.setup.closed || target.closest("input, select, textarea, .fm-tool")) {
      return;
    }
    carried = load(target);
    from = [event.clientX, event.clientY];
    if (carried?.what === "field") {
      event.preventDefault();
    }
  });
  addEventListener("pointermove", (event) => {
    if (!carried) {
      return;
    }
    if (!moving && Math.hypot(event.clientX - from[0], event.clientY - from[1]) < FAR) {
      return;
    }
    moving = true;
    root.classList.add("fm--dragging");
    show(under(studio, carried, event.clientX, event.clientY));
    if (event.clientY < 60 || event.clientY > innerHeight - 60) {
      scrollBy(0, event.clientY < 60 ? -12 : 12);
    }
  });
  addEventListener("pointerup", () => {
    const [what, where, moved] = [carried, drop, moving];
    end();
    if (moved) {
      // The press that began the drag is no click.
      const eat = (event: Event): void => event.stopPropagation();
      addEventListener("click", eat, true);
      setTimeout(() => removeEventListener("click", eat, true), 0);
      if (what && where) {
        put(studio, what, where);
      }
    }
  });
  addEventListener("pointercancel", end);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && moving) {
      end();
    }
  });
}
