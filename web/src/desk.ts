import htmx from "htmx.org";
import { lockSubmits, mark, say, start } from "./base";
import { bindCommand } from "./command";
import { bindDossier } from "./dossier";
import { bindKeys } from "./keys";
import { bindList } from "./list";
import { rest } from "./rest";

mark();
start(document, rest);
lockSubmits();

const csrf = (): string => /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = (event as CustomEvent).detail;
  ctx.request.headers["X-CSRFToken"] = csrf();
});

// After a swap: new parts come alive, focus goes to what changed, never to the body.
document.addEventListener("htmx:after:swap", (event) => {
  const target = ((event as CustomEvent).detail?.ctx?.target ?? document.body) as Element;
  start(target, rest);
  delete (target.closest("form") as HTMLFormElement | null)?.dataset.sent;
  const drawn = target.isConnected ? target : (document.getElementById(target.id) ?? document.body);
  const found = drawn.querySelector<HTMLElement>("[data-focus], .govuk-error-summary, .govuk-input--error, h1, h2");
  const next = found ?? (drawn as HTMLElement);
  if (document.activeElement === document.body && next !== document.body) {
    if (next.tabIndex < 0) {
      next.tabIndex = -1;
    }
    next.focus();
  }
  const sentence = target.querySelector<HTMLElement>("[data-say]")?.dataset.say;
  if (sentence) {
    say(sentence);
  }
});

const views = document.getElementById("views");
const toggle = document.querySelector<HTMLButtonElement>("[data-toggle-views]");
if (views && toggle) {
  const show = (open: boolean): void => {
    views.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
  };
  const wide = matchMedia("(min-width: 80em)").matches;
  show(wide && localStorage.getItem("views") !== "closed");
  toggle.addEventListener("click", () => {
    show(views.hidden);
    localStorage.setItem("views", views.hidden ? "closed" : "open");
  });
}

bindKeys();
bindCommand();
bindList();
bindDossier();

export { htmx };
