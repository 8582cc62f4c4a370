// The dossier screen: papers beside the answers, notes kept while they are written, boxes counted.
function viewer(): void {
  const frame = document.querySelector<HTMLElement>("[data-viewer]");
  const stage = frame?.querySelector<HTMLElement>("[data-viewer-stage]");
  const name = frame?.querySelector<HTMLElement>("[data-viewer-name]");
  if (!frame || !stage || !name) {
    return;
  }
  let shown = -1;
  let scale = 1;
  let turns = 0;
  const papers = (): HTMLAnchorElement[] => Array.from(document.querySelectorAll<HTMLAnchorElement>("a[data-show]"));
  const place = (): void => {
    const image = stage.querySelector<HTMLElement>("img");
    if (image) {
      image.style.transform = `rotate(${turns * 90}deg) scale(${scale})`;
    }
  };
  const show = (index: number): void => {
    const all = papers();
    const link = all[(index + all.length) % all.length];
    const kind = link?.dataset.kind;
    if (!link || (kind !== "image" && kind !== "pdf")) {
      return;
    }
    shown = all.indexOf(link);
    scale = 1;
    turns = 0;
    frame.hidden = false;
    name.textContent = link.textContent;
    const element = document.createElement(kind === "image" ? "img" : "iframe");
    element.setAttribute("src", link.dataset.show ?? "");
    element.setAttribute(kind === "image" ? "alt" : "title", link.textContent ?? "");
    stage.replaceChildren(element);
    frame.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const link = target.closest<HTMLAnchorElement>("a[data-show]");
    if (link && !event.ctrlKey && !event.metaKey && (link.dataset.kind === "image" || link.dataset.kind === "pdf")) {
      event.preventDefault();
      show(papers().indexOf(link));
      return;
    }
    const what = target.closest<HTMLElement>("[data-viewer-do]")?.dataset.viewerDo;
    if (what === "in" || what === "out") {
      scale = Math.min(Math.max(scale * (what === "in" ? 1.25 : 0.8), 0.25), 6);
      place();
    } else if (what === "turn") {
      turns = (turns + 1) % 4;
      place();
    } else if (what === "next") {
      show(shown + 1);
    } else if (what === "close") {
      frame.hidden = true;
      stage.replaceChildren();
      papers()[shown]?.focus();
    }
  });
}

// What is typed is sent a second after the last key, and at once when the page goes: nothing is lost with it.
function drafts(): void {
  let waiting = 0;
  let unsent: HTMLFormElement | null = null;
  window.addEventListener("pagehide", () => {
    if (unsent?.dataset.draft && !unsent.dataset.sent) {
      navigator.sendBeacon(unsent.dataset.draft, textOf(unsent));
    }
  });
  document.addEventListener("input", (event) => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>("form[data-draft]");
    const state = form?.querySelector<HTMLElement>("[data-draft-state]");
    if (!form || !form.dataset.draft) {
      return;
    }
    clearTimeout(waiting);
    unsent = form;
    waiting = window.setTimeout(async () => {
      unsent = null;
      if (form.dataset.sent) {
        return;
      }
      try {
        const answer = await fetch(form.dataset.draft as string, { method: "POST", body: textOf(form) });
        if (state) {
          state.textContent = answer.ok ? await answer.text() : "";
        }
      } catch {
        if (state) {
          state.textContent = "";
        }
      }
    }, 1000);
  });
}

// The boxes of a form without its files, which are not kept.
function textOf(form: HTMLFormElement): FormData {
  const typed = new FormData();
  new FormData(form).forEach((value, name) => {
    if (typeof value === "string") {
      typed.append(name, value);
    }
  });
  return typed;
}

// The way back disappears when its time is over; the server refuses it then in words.
function undoing(scope: ParentNode): void {
  for (const part of scope.querySelectorAll<HTMLElement>("[data-undo]")) {
    window.setTimeout(() => part.remove(), Number(part.dataset.undo) * 1000);
    delete part.dataset.undo;
  }
}

// The card of keys: lines that do not hold what is typed are hidden; it prints as a card.
function card(): void {
  const plain = (text: string): string => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  const field = document.querySelector<HTMLInputElement>("input[data-filter]");
  field?.addEventListener("input", () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    for (const line of document.querySelectorAll<HTMLElement>(field.dataset.filter ?? "")) {
      line.hidden = !words.every((word) => plain(line.textContent ?? "").includes(word));
    }
  });
  const button = document.querySelector<HTMLButtonElement>("[data-print]");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

// How many dossiers are ticked, and Shift+click from the last ticked one to this.
function boxes(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-bulk]");
  const count = form?.querySelector<HTMLElement>("[data-bulk-count]");
  if (!form || !count) {
    return;
  }
  let last: HTMLInputElement | null = null;
  const all = (): HTMLInputElement[] => Array.from(form.querySelectorAll<HTMLInputElement>(".ui-list__check:not(:disabled)"));
  const tell = (): void => {
    const chosen = all().filter((box) => box.checked).length;
    count.textContent = chosen ? (count.dataset.some ?? "").replace("%n", String(chosen)) : (count.dataset.none ?? "");
  };
  form.addEventListener("change", tell);
  form.addEventListener("click", (event) => {
    const box = (event.target as Element).closest<HTMLInputElement>(".ui-list__check");
    if (!box) {
      return;
    }
    if ((event as MouseEvent).shiftKey && last) {
      const list = all();
      const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
      for (const each of list.slice(from, to + 1)) {
        if (each !== box && each.checked !== box.checked) {
          each.checked = box.checked;
          each.dispatchEvent(new Event("change", { bubbles: true }));
        }
      }
    }
    last = box;
  });
  tell();
}

// An act's form opens in its place: the hand is at once where something can be done.
function opened(): void {
  document.addEventListener("htmx:after:swap", (event) => {
    const target = ((event as CustomEvent).detail?.ctx?.target ?? null) as HTMLElement | null;
    undoing(document);
    if (target?.id === "viec") {
      target.querySelector<HTMLElement>("input:not([type=hidden]), textarea, select, button")?.focus();
      target.scrollIntoView({ block: "nearest" });
    }
  });
}

export function bindDossier(): void {
  opened();
  undoing(document);
  card();
  viewer();
  drafts();
  boxes();
}
