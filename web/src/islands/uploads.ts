// Sends a file the moment it is chosen, in pieces (tus), with a bar, and brings in what the server drew of
// that paper. Without this file the person presses «Tải lên»; the server's answer is the same page.
import { DetailedError, Upload } from "tus-js-client";
import { say } from "../base";
import { ready } from "../photos";

const PIECE = 1024 * 1024;
const RETRIES = [0, 1000, 3000, 5000, 10000, 20000];
let running = 0;
let chosenFiles = 0;
let sentFiles = 0;

interface Line {
  box: HTMLElement;
  words: HTMLElement;
  bar: HTMLProgressElement;
}

function line(form: HTMLFormElement, name: string): Line {
  const box = document.createElement("div");
  const words = document.createElement("p");
  const bar = document.createElement("progress");
  box.className = "ui-upload__line";
  words.className = "govuk-body";
  bar.className = "ui-upload__bar";
  bar.max = 100;
  bar.setAttribute("aria-label", name);
  box.append(words, bar);
  form.append(box);
  return { box, words, bar };
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

/** Puts in what the server drew of the paper; the paper's form in it. */
function show(form: HTMLFormElement, html: string): HTMLFormElement | null {
  const paper = form.closest<HTMLElement>("section[id]");
  const drawn = new DOMParser().parseFromString(html, "text/html").getElementById(paper?.id ?? "");
  if (!paper || !drawn) {
    window.location.reload();
    return null;
  }
  const open = paper.querySelector("details")?.open;
  paper.replaceWith(drawn);
  const details = drawn.querySelector("details");
  if (details && open) {
    details.open = true;
  }
  begin(drawn);
  forget(drawn);
  const told = drawn.querySelector(".govuk-error-message") ?? drawn.querySelector(".ui-files__item:last-child .ui-files__look");
  say(told?.textContent ?? "");
  drawn.querySelector<HTMLElement>("input[type=file]")?.focus({ preventScroll: true });
  return drawn.querySelector<HTMLFormElement>("form[data-upload]");
}

function token(form: HTMLFormElement): string {
  return form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

function status(error: Error): number {
  return (error instanceof DetailedError ? error.originalResponse?.getStatus() : 0) ?? 0;
}

/** A file the server will not take, however often it is sent. */
function refused(error: Error): boolean {
  return status(error) >= 400 && status(error) < 500;
}

/** The server's sentence; without one: the net is gone, the session ended (a page came instead), or it broke. */
function said(error: Error, form: HTMLFormElement): string {
  const answer = error instanceof DetailedError ? error.originalResponse : null;
  try {
    return (JSON.parse(answer?.getBody() ?? "") as { title: string }).title;
  } catch {
    const { stopped, signedOut, failed } = form.dataset;
    return (status(error) === 0 ? stopped : status(error) < 400 ? signedOut : failed) ?? "";
  }
}

/** One file on its way; resolves with the number of its upload. Goes on where an earlier try stopped. */
function pieces(form: HTMLFormElement, file: File, { words, bar }: Line): Promise<string> {
  return new Promise((done, failed) => {
    const upload: Upload = new Upload(file, {
      endpoint: form.dataset.upload,
      chunkSize: PIECE,
      retryDelays: RETRIES,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name, purpose: form.dataset.purpose ?? "" },
      headers: { "X-CSRFToken": token(form) },
      onProgress: (sent, total) => {
        bar.value = Math.floor((100 * sent) / total);
        words.textContent = `${form.dataset.uploading} ${file.name}: ${bar.value} %`;
      },
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        return status === 0 || status === 409 || status >= 500;
      },
      onSuccess: () => done((upload.url ?? "").split("/").slice(-2)[0]),
      onError: failed,
    });
    upload
      .findPreviousUploads()
      .then((before) => {
        if (before.length) {
          upload.resumeFromPreviousUpload(before[0]);
        }
        upload.start();
      })
      .catch(failed);
  });
}

async function attach(form: HTMLFormElement, numbers: string[]): Promise<HTMLFormElement | null> {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", token(form));
  for (const number of numbers) {
    body.append("tep_da_gui", number);
  }
  const answer = await fetch(form.action, { method: "POST", body });
  if (answer.status >= 500) {
    throw new Error(String(answer.status));
  }
  return show(form, await answer.text());
}

/** Sends what is `left`; `sent` holds the numbers of those before. A refused file harms no other. */
async function send(form: HTMLFormElement, input: HTMLInputElement, left: File[], sent: string[] = []): Promise<void> {
  running += 1;
  chosenFiles += left.length;
  input.disabled = true;
  let whole = false;
  const faults: string[] = [];
  let shown: Line | null = null;
  try {
    for (; left.length; left.shift()) {
      shown = line(form, left[0].name);
      try {
        sent.push(await pieces(form, await ready(left[0], Number(form.dataset.side)), shown));
        sentFiles += 1;
        wait();
      } catch (error) {
        if (!refused(error as Error)) {
          throw error;
        }
        faults.push(`${left[0].name}: ${said(error as Error, form)}`);
      }
      shown.box.remove();
    }
    const drawn = sent.length ? await attach(form, sent) : form;
    for (const fault of drawn ? faults : []) {
      tell(line(drawn as HTMLFormElement, ""), fault);
    }
    whole = Boolean(drawn) && !faults.length;
  } catch (error) {
    stopped(form, input, shown ?? line(form, ""), said(error as Error, form), left, sent);
  } finally {
    running -= 1;
    input.disabled = false;
    settle(whole);
  }
}

function tell({ words, bar }: Line, fault: string): void {
  words.className = "govuk-error-message";
  words.textContent = fault;
  bar.remove();
  say(fault);
}

/** The line broke: it goes on by itself when the net is back, or when the person says so. */
function stopped(form: HTMLFormElement, input: HTMLInputElement, shown: Line, fault: string, left: File[], sent: string[]): void {
  tell(shown, fault);
  form.append(shown.box);
  const again = document.createElement("button");
  again.type = "button";
  again.className = "govuk-button govuk-button--secondary";
  again.textContent = form.dataset.again ?? "";
  const go = (): void => {
    window.removeEventListener("online", go);
    shown.box.remove();
    void send(form, input, left, sent);
  };
  again.addEventListener("click", go);
  window.addEventListener("online", go);
  shown.box.append(again);
}

function begin(scope: ParentNode): void {
  for (const form of scope.querySelectorAll<HTMLFormElement>("form[data-upload]")) {
    const input = form.querySelector<HTMLInputElement>("input[type=file]");
    const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
    if (!input || !button) {
      continue;
    }
    button.hidden = true;
    const take = (): void => {
      const chosen = Array.from(input.files ?? []);
      input.value = "";
      if (chosen.length) {
        void send(form, input, chosen);
      }
    };
    input.addEventListener("change", take);
    take(); // a slow network: the file was chosen before this script came
  }
}

begin(document);

// Nothing is sent while a file is still on its way: a press says so, waits, and is done once all are there.
let pressed: HTMLFormElement | null = null;
let pressedBy: HTMLButtonElement | null = null;

function words(kind: "waiting" | "unsent"): string {
  const said = document.querySelector<HTMLFormElement>("form[data-upload]")?.dataset[kind] ?? "";
  return said.replace("{done}", String(sentFiles)).replace("{all}", String(chosenFiles));
}

function wait(kind: "waiting" | "unsent" = "waiting"): void {
  if (!pressed) {
    return;
  }
  let told = pressed.querySelector<HTMLElement>("[data-told]");
  if (!told) {
    told = document.createElement("p");
    told.dataset.told = "1";
    pressed.prepend(told);
  }
  told.className = kind === "unsent" ? "govuk-error-message" : "govuk-body";
  told.textContent = words(kind);
  say(told.textContent);
}

/** The last file under way is done or stopped: do what was pressed, or say that it was not done. */
function settle(whole: boolean): void {
  if (running) {
    return;
  }
  const form = pressed;
  if (whole && form) {
    pressed = null;
    // not a click: the button takes a second one within a second for an accident
    if (typeof form.requestSubmit === "function") {
      form.requestSubmit(pressedBy ?? form.querySelector<HTMLButtonElement>("button[type=submit], button:not([type])"));
    } else {
      if (pressedBy?.name) {
        const said = document.createElement("input");
        said.type = "hidden";
        said.name = pressedBy.name;
        said.value = pressedBy.value;
        form.append(said);
      }
      form.submit();
    }
    pressedBy = null;
  } else {
    wait("unsent");
    pressed = null;
  }
  chosenFiles = 0;
  sentFiles = 0;
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target as HTMLFormElement;
    if (!running || !form.matches("[data-after-uploads]")) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = form;
    pressedBy = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    wait();
  },
  true,
);
window.addEventListener("beforeunload", (event) => {
  if (running) {
    event.preventDefault();
  }
});
