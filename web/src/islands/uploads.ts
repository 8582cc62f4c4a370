// Sends a file the moment it is chosen, with a bar, and brings in what the server drew of that paper.
// Without this file the person presses «Tải lên»; the server's answer is the same page.
import { say } from "../base";

let running = 0;

function line(form: HTMLFormElement): { bar: HTMLProgressElement; words: HTMLElement; box: HTMLElement } {
  const box = document.createElement("div");
  box.className = "ui-upload__line";
  const words = document.createElement("p");
  words.className = "govuk-body";
  const bar = document.createElement("progress");
  bar.className = "ui-upload__bar";
  bar.max = 100;
  bar.setAttribute("aria-label", form.dataset.uploading ?? "");
  box.append(words, bar);
  form.append(box);
  return { bar, words, box };
}

// A fault that is mended leaves the summary; the last one takes the summary and the title's «Lỗi:» with it.
function forget(paper: HTMLElement): void {
  const input = paper.querySelector<HTMLInputElement>("input[type=file]");
  const summary = document.querySelector(".govuk-error-summary");
  if (!input || !summary || paper.querySelector(".govuk-error-message")) {
    return;
  }
  summary.querySelector(`a[href="#${CSS.escape(input.id)}"]`)?.closest("li")?.remove();
  if (!summary.querySelector("li")) {
    summary.remove();
    document.title = document.title.replace(/^[^:]{1,12}: /, "");
  }
}

function show(form: HTMLFormElement, html: string): void {
  const paper = form.closest<HTMLElement>("section[id]");
  const drawn = new DOMParser().parseFromString(html, "text/html").getElementById(paper?.id ?? "");
  if (!paper || !drawn) {
    window.location.reload();
    return;
  }
  const open = paper.querySelector("details")?.open;
  paper.replaceWith(drawn);
  const details = drawn.querySelector("details");
  if (details && open) {
    details.open = true;
  }
  begin(drawn);
  forget(drawn);
  const fault = drawn.querySelector<HTMLElement>(".govuk-error-message");
  say((fault ?? drawn.querySelector<HTMLElement>(".ui-files__item:last-child .ui-files__look"))?.textContent ?? "");
  drawn.querySelector<HTMLElement>("input[type=file]")?.focus({ preventScroll: true });
}

function send(form: HTMLFormElement, input: HTMLInputElement): void {
  const body = new FormData(form);
  const { bar, words, box } = line(form);
  const request = new XMLHttpRequest();
  running += 1;
  input.disabled = true;
  words.textContent = form.dataset.uploading ?? "";
  const failed = () => {
    running -= 1;
    input.disabled = false;
    words.className = "govuk-error-message";
    words.textContent = form.dataset.stopped ?? "";
    bar.remove();
    const again = document.createElement("button");
    again.type = "button";
    again.className = "govuk-button govuk-button--secondary";
    again.textContent = form.dataset.again ?? "";
    again.addEventListener("click", () => {
      box.remove();
      send(form, input);
    });
    box.append(again);
    say(words.textContent);
  };
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) {
      bar.value = Math.round((100 * event.loaded) / event.total);
      words.textContent = `${form.dataset.uploading} ${bar.value} %`;
    }
  });
  request.addEventListener("error", failed);
  request.addEventListener("timeout", failed);
  request.addEventListener("load", () => {
    if (request.status >= 500) {
      failed();
      return;
    }
    running -= 1;
    // Signed out meanwhile: the answer is another page.
    if (!new URL(request.responseURL).pathname.startsWith(window.location.pathname.split("/").slice(0, 3).join("/"))) {
      window.location.reload();
      return;
    }
    show(form, request.responseText);
  });
  request.open("POST", form.action);
  request.send(body);
}

function begin(scope: ParentNode): void {
  for (const form of scope.querySelectorAll<HTMLFormElement>("form[data-upload]")) {
    const input = form.querySelector<HTMLInputElement>("input[type=file]");
    const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
    if (!input || !button) {
      continue;
    }
    button.hidden = true;
    input.addEventListener("change", () => {
      if (input.files?.length) {
        send(form, input);
      }
    });
  }
}

begin(document);

// Nothing is sent while a file is still on its way.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target as HTMLFormElement;
    if (running && form.matches("[data-after-uploads]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const words = document.querySelector<HTMLFormElement>("form[data-upload]")?.dataset.waiting ?? "";
      let told = form.querySelector<HTMLElement>("[data-told]");
      if (!told) {
        told = document.createElement("p");
        told.className = "govuk-error-message";
        told.dataset.told = "1";
        form.prepend(told);
      }
      told.textContent = words;
      say(words);
    }
  },
  true,
);
window.addEventListener("beforeunload", (event) => {
  if (running) {
    event.preventDefault();
  }
});
