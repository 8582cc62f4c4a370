// Command search (Ctrl+K): the page /can-bo/lenh/ in a box over the present one. Lines come from the server.
import { say } from "./base";

const PAUSE_MS = 250;

async function fetched(address: URL): Promise<string> {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  return answer.text();
}

export function bindCommand(): void {
  const box = document.querySelector<HTMLDialogElement>("dialog#lenh");
  const within = (): HTMLElement => (box?.open ? box : document.body);
  const lines = (): HTMLElement[] => Array.from(within().querySelectorAll<HTMLElement>("[data-command-found] .dk-command__line"));
  let waiting = 0;
  let asked = 0;

  const narrow = async (form: HTMLFormElement): Promise<void> => {
    const found = within().querySelector<HTMLElement>("[data-command-found]");
    if (!found) {
      return;
    }
    const address = new URL(form.action);
    new FormData(form).forEach((value, name) => address.searchParams.set(name, String(value)));
    const mine = ++asked;
    found.setAttribute("aria-busy", "true");
    try {
      const html = await fetched(address);
      if (mine === asked) {
        found.innerHTML = html;
        say(found.querySelector("[data-command-said]")?.textContent ?? "");
      }
    } finally {
      found.removeAttribute("aria-busy");
    }
  };

  // The box opens at once, so that whatever is typed next lands in it and not on the page's single keys.
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-command]");
    const form = box?.querySelector<HTMLFormElement>("form[data-command-form]");
    if (!link || !box || !form || typeof box.showModal !== "function" || event.ctrlKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    form.reset();
    box.showModal();
    form.querySelector<HTMLInputElement>("input[type=search]")?.focus();
    void narrow(form).catch(() => location.assign(link.href));
  });

  document.addEventListener("input", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-command-form]");
    if (form) {
      clearTimeout(waiting);
      waiting = window.setTimeout(() => void narrow(form).catch(() => undefined), PAUSE_MS);
    }
  });

  document.addEventListener("keydown", (event) => {
    const field = (event.target as Element).closest?.("form[data-command-form]");
    const line = (event.target as Element).closest?.<HTMLElement>(".dk-command__line");
    if ((!field && !line) || event.isComposing) {
      return;
    }
    const all = lines();
    const at = line ? all.indexOf(line) : -1;
    if (event.code === "ArrowDown" && all.length) {
      event.preventDefault();
      all[Math.min(at + 1, all.length - 1)].focus();
    } else if (event.code === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (at ? all[at - 1] : within().querySelector<HTMLElement>("form[data-command-form] input[type=search]"))?.focus();
    } else if (event.code === "Enter" && field && box?.open) {
      // What was typed last may not be answered yet: ask once more, then open the first line.
      event.preventDefault();
      clearTimeout(waiting);
      void narrow(field as HTMLFormElement)
        .then(() => lines()[0]?.click())
        .catch(() => undefined);
    }
  });
}
