// Sends chosen files at once, in pieces (tus), beside the form; the form then carries only their numbers.
// Without this file the plain file field goes with the form as ever.
import { DetailedError, Upload } from "tus-js-client";

type State = "queued" | "sending" | "checking" | "done" | "failed" | "refused";
type Words = { [key: string]: string };

interface Kept {
  upload: string;
  file: string;
  name: string;
}

interface Item {
  name: string;
  state: State;
  percent: number;
  fault: string;
  upload?: Upload;
  kept?: Kept;
  row: HTMLElement;
}

const PIECE = 1024 * 1024;
const RETRIES = [0, 1000, 3000, 5000, 10000, 20000];
const AT_ONCE = 2;

function fill(sentence: string, facts: { [key: string]: string | number }): string {
  return sentence.replace(/\{(\w+)\}/g, (_whole, key: string) => String(facts[key] ?? ""));
}

class Field {
  private items: Item[] = [];
  private readonly name: string;
  private readonly form: HTMLFormElement;
  private readonly words: Words;
  private readonly list: HTMLElement;
  private readonly status: HTMLElement;
  private waiting: HTMLElement | null = null;

  constructor(private readonly input: HTMLInputElement, form: HTMLFormElement, box: HTMLElement) {
    this.name = input.name;
    this.form = form;
    this.words = JSON.parse(box.querySelector("script[data-words]")?.textContent ?? "{}") as Words;
    this.list = box.querySelector<HTMLElement>("[data-files]") as HTMLElement;
    this.status = box.querySelector<HTMLElement>("[data-status]") as HTMLElement;
    input.removeAttribute("name"); // its files go by themselves; the form must not carry them again
    input.required = false;
    this.restore();
    input.addEventListener("change", () => this.choose());
    form.addEventListener("submit", (event) => this.hold(event as SubmitEvent));
    window.addEventListener("online", () => this.items.filter((item) => item.state === "failed").forEach((item) => this.again(item)));
    window.addEventListener("beforeunload", (event) => {
      if (this.busy() && !this.waiting) {
        event.preventDefault();
      }
    });
  }

  private get memory(): string {
    return `uploads ${location.pathname} ${this.name}`;
  }

  private restore(): void {
    const said = sessionStorage.getItem(this.memory);
    for (const kept of said ? (JSON.parse(said) as Kept[]) : []) {
      this.show(this.add(kept.name, { state: "done", kept }));
    }
    this.report();
  }

  private remember(): void {
    const kept = this.items.filter((item) => item.kept).map((item) => item.kept);
    sessionStorage.setItem(this.memory, JSON.stringify(kept));
  }

  private add(name: string, facts: Partial<Item>): Item {
    const row = document.createElement("li");
    row.className = "ui-upload__file";
    this.list.append(row);
    const item: Item = { name, state: "queued", percent: 0, fault: "", row, ...facts };
    this.items.push(item);
    return item;
  }

  private choose(): void {
    for (const file of Array.from(this.input.files ?? [])) {
      const item = this.add(file.name, {});
      item.upload = this.prepared(file, item);
      this.show(item);
    }
    this.input.value = "";
    this.next();
  }

  private token(): string {
    return this.form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
  }

  private prepared(file: File, item: Item): Upload {
    return new Upload(file, {
      endpoint: this.input.dataset.upload,
      chunkSize: PIECE,
      retryDelays: RETRIES,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name },
      headers: { "X-CSRFToken": this.token() },
      onProgress: (sent, total) => {
        item.percent = Math.floor((sent / total) * 100);
        this.show(item);
      },
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        return status === 0 || status === 409 || status >= 500;
      },
      onSuccess: () => void this.finish(item),
      onError: (error) => this.fail(item, error),
    });
  }

  private async send(item: Item): Promise<void> {
    item.state = "sending";
    this.show(item);
    const before = (await item.upload?.findPreviousUploads()) ?? [];
    if (before.length && item.upload) {
      item.upload.resumeFromPreviousUpload(before[0]);
    }
    item.upload?.start();
  }

  private async finish(item: Item): Promise<void> {
    item.state = "checking";
    this.show(item);
    const place = item.upload?.url ?? "";
    try {
      const answer = await fetch(`${place}xong/`, { method: "POST", headers: { "X-CSRFToken": this.token() }, redirect: "manual" });
      const said = answer.ok || answer.status >= 400 ? await answer.json() : {};
      if (answer.ok) {
        item.kept = { upload: place.split("/").slice(-2)[0], file: said.id, name: said.name };
        item.name = said.name;
        item.state = "done";
        this.remember();
      } else {
        item.state = answer.status >= 500 || answer.status === 0 ? "failed" : "refused";
        item.fault = said.title ?? this.words.signedOut;
      }
    } catch {
      item.state = "failed";
      item.fault = this.words.failed;
    }
    this.show(item);
    this.next();
  }

  private fail(item: Item, error: Error): void {
    const answer = error instanceof DetailedError ? error.originalResponse : null;
    const status = answer?.getStatus() ?? 0;
    item.state = status >= 400 && status < 500 ? "refused" : "failed";
    item.fault = this.sentence(answer?.getBody() ?? "", status, item);
    this.show(item);
    this.next();
  }

  private sentence(body: string, status: number, item: Item): string {
    try {
      return (JSON.parse(body) as { title: string }).title;
    } catch {
      return status === 0 ? fill(this.words.cut, { percent: item.percent }) : status < 400 ? this.words.signedOut : this.words.failed;
    }
  }

  private again(item: Item): void {
    if (item.percent === 100 && item.upload?.url) {
      void this.finish(item);
      return;
    }
    item.state = "queued";
    this.next();
  }

  private remove(item: Item): void {
    void item.upload?.abort(!item.kept).catch(() => undefined);
    this.items = this.items.filter((each) => each !== item);
    item.row.remove();
    this.remember();
    this.next();
    this.input.focus();
  }

  private busy(): boolean {
    return this.items.some((item) => ["queued", "sending", "checking"].includes(item.state));
  }

  private next(): void {
    const under = this.items.filter((item) => item.state === "sending" || item.state === "checking").length;
    for (const item of this.items.filter((each) => each.state === "queued").slice(0, Math.max(0, AT_ONCE - under))) {
      void this.send(item);
    }
    this.report();
    if (this.waiting && !this.busy()) {
      const button = this.waiting;
      this.waiting = null;
      if (this.items.every((item) => item.state === "done")) {
        this.form.requestSubmit(button as HTMLButtonElement);
      } else {
        this.list.querySelector<HTMLElement>("[data-fault]")?.focus();
      }
    }
  }

  /** A form never goes without a file that was chosen for it: it waits, or stops at the fault. */
  private hold(event: SubmitEvent): void {
    if (this.items.every((item) => item.state === "done")) {
      sessionStorage.removeItem(this.memory);
      return;
    }
    event.preventDefault();
    if (this.busy()) {
      this.waiting = event.submitter;
      this.report();
    } else {
      this.list.querySelector<HTMLElement>("[data-fault]")?.focus();
    }
  }

  private report(): void {
    const done = this.items.filter((item) => item.state === "done").length;
    const facts = { done: Math.min(done + 1, this.items.length), all: this.items.length };
    const sentence = this.busy() ? fill(this.waiting ? this.words.waits : this.words.sending, facts) : "";
    const told = sentence || (done ? fill(this.words.sent, { done }) : "");
    if (this.status.textContent !== told) {
      this.status.textContent = told;
    }
  }

  private show(item: Item): void {
    const { row } = item;
    row.dataset.state = item.state;
    row.replaceChildren(this.picture(item), this.text(item), this.buttons(item));
    if (item.kept) {
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name: `${this.name}_da_gui`, value: item.kept.upload });
      row.append(hidden);
    }
  }

  private picture(item: Item): HTMLElement {
    const frame = document.createElement("span");
    frame.className = "ui-upload__picture";
    if (item.kept) {
      const image = document.createElement("img");
      image.alt = "";
      image.src = `${(this.input.dataset.upload ?? "").replace(/gui\/$/, "")}${item.kept.file}/anh.jpg`;
      image.addEventListener("error", () => image.remove());
      frame.append(image);
    }
    return frame;
  }

  private text(item: Item): HTMLElement {
    const box = document.createElement("span");
    box.className = "ui-upload__text";
    const name = document.createElement("span");
    name.className = "ui-upload__name";
    name.textContent = item.name;
    box.append(name);
    if (item.state === "sending") {
      const bar = document.createElement("progress");
      Object.assign(bar, { max: 100, value: item.percent });
      bar.setAttribute("aria-label", item.name);
      box.append(bar);
    }
    const line = document.createElement("span");
    line.className = item.fault && ["failed", "refused"].includes(item.state) ? "govuk-error-message" : "govuk-hint";
    line.textContent = item.fault && line.className === "govuk-error-message" ? item.fault : fill(this.words[item.state] ?? "", { percent: item.percent });
    if (line.className === "govuk-error-message") {
      line.tabIndex = -1;
      line.dataset.fault = "";
    }
    box.append(line);
    return box;
  }

  private buttons(item: Item): HTMLElement {
    const group = document.createElement("span");
    group.className = "ui-upload__buttons";
    if (item.state === "failed") {
      group.append(this.button(this.words.again, item, () => this.again(item)));
    }
    group.append(this.button(this.words.remove, item, () => this.remove(item)));
    return group;
  }

  private button(word: string, item: Item, act: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary ui-upload__button";
    button.textContent = word;
    const about = document.createElement("span");
    about.className = "govuk-visually-hidden";
    about.textContent = ` ${item.name}`;
    button.append(about);
    button.addEventListener("click", act);
    return button;
  }
}

for (const input of document.querySelectorAll<HTMLInputElement>("input[type=file][data-upload]")) {
  const box = input.closest<HTMLElement>("[data-upload-box]");
  if (box && input.form) {
    new Field(input, input.form, box);
  }
}
