// Keeps what is typed on a question page: on the server after a pause, on this phone when there is no net.
// The phone's copy is offered when the page opens again; nothing is sent by itself later.
type Pair = [string, string];

interface Copy {
  who: string;
  at: number;
  posted: boolean;
  pairs: Pair[];
}

const PAUSE = 1000;
const PATIENCE = 60_000;
/** A browser lets a request outlive its page up to 64 KiB. */
const OUTLIVES = 60_000;
const LONGEST = 7 * 24 * 3600_000;
const SHELF = "ban:";
const OWN = /^(csrfmiddlewaretoken|da_thay)$/;

const form = document.querySelector<HTMLFormElement>("form[data-keep]") as HTMLFormElement;
const { keep = "", place = "", who = "" } = form.dataset;
const home = `${SHELF}${place}:`;
const mine = home + Math.random().toString(36).slice(2);
const seen = form.elements.namedItem("da_thay") as HTMLInputElement;
const part = <T extends HTMLElement>(name: string): T => form.querySelector<T>(`[data-${name}]`) as T;

function pairs(of = form): Pair[] {
  const typed = [...new FormData(of)] as [string, FormDataEntryValue][];
  return typed.filter(([name, value]) => typeof value === "string" && value !== "" && !OWN.test(name)) as Pair[];
}

/** Put a copy on this phone; false when the phone does not take it. */
function store(posted = false): boolean {
  try {
    const copy: Copy = { who, at: Date.now(), posted, pairs: pairs() };
    localStorage.setItem(mine, JSON.stringify(copy));
    return true;
  } catch {
    return false;
  }
}

function shelf(): [string, Copy][] {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(SHELF))
      .map((key) => [key, JSON.parse(localStorage.getItem(key) as string) as Copy]);
  } catch {
    return [];
  }
}

function drop(key = mine): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // a phone that keeps nothing has nothing to drop
  }
}

function tell(state: string): void {
  for (const word of part("kept").querySelectorAll<HTMLElement>("[data-state]")) {
    word.hidden = word.dataset.state !== state;
  }
}

const clock = (at: number): string => new Date(at).toTimeString().slice(0, 5);

/** What the page came with: people type before this script has arrived. */
function came(): string {
  const copy = form.cloneNode(true) as HTMLFormElement;
  copy.reset();
  return JSON.stringify(pairs(copy));
}

let clean = form.dataset.fresh === undefined ? "" : came();
let timer = 0;
let underway = "";
let clash = false;
let leaving = false;

async function save(last = false): Promise<void> {
  clearTimeout(timer);
  const typed = JSON.stringify(pairs());
  if (typed === clean || typed === underway || (underway && !last)) {
    return;
  }
  underway = typed;
  try {
    const patience = new AbortController();
    setTimeout(() => patience.abort(), PATIENCE);
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string") as Pair[];
    const body = new URLSearchParams(fields).toString();
    const answer = await fetch(keep, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
      body,
      signal: patience.signal,
      keepalive: body.length < OUTLIVES,
    });
    clash = answer.status === 409;
    if (answer.ok) {
      seen.value = ((await answer.json()) as { seen: string }).seen;
      clean = typed;
      drop();
      tell("saved");
      document.dispatchEvent(new Event("tinhso:stayed"));
    } else {
      tell(store() && answer.status === 401 ? "here" : "not");
    }
  } catch {
    tell(store() ? "here" : "not");
  }
  underway = "";
  if (JSON.stringify(pairs()) !== typed) {
    later();
  }
}

function later(): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void save(), PAUSE);
}

/** Put a copy's words into the boxes. */
function take(copy: Copy): void {
  for (const box of form.elements as HTMLCollectionOf<HTMLInputElement>) {
    if (!box.name || OWN.test(box.name) || /^(submit|button|file)$/.test(box.type)) {
      continue;
    }
    const values = copy.pairs.filter(([name]) => name === box.name).map(([, value]) => value);
    if (/^(radio|checkbox)$/.test(box.type)) {
      box.checked = values.includes(box.value);
    } else {
      box.value = values[0] ?? "";
    }
  }
  form.dispatchEvent(new Event("change"));
}

function offer(key: string, copy: Copy): void {
  const skew = Date.now() - Number(form.dataset.now) * 1000;
  const older = copy.at - skew < Number(form.dataset.saved) * 1000;
  const said = part(older ? "older" : "newer");
  part("newer").hidden = older;
  said.hidden = false;
  (said.querySelector("strong") as HTMLElement).textContent = clock(copy.at);
  part("offer").hidden = false;
  for (const act of ["take", "leave"]) {
    part(act).addEventListener("click", () => {
      if (act === "take") {
        take(copy);
        store();
      }
      drop(key);
      part("offer").hidden = true;
      form.querySelector<HTMLElement>("input:not([type=hidden]), textarea, select")?.focus();
    });
  }
}

/** What the server has goes from the phone, and what is old or another person's; the newest of the rest is offered. */
function open(): void {
  const from = document.referrer && new URL(document.referrer).pathname;
  const left = shelf().filter(([key, copy]) => {
    const page = key.split(":")[2];
    const arrived = copy.posted && key.startsWith(SHELF + place.split(":")[0]) && from.endsWith(`/phan/${page}/`);
    const gone = arrived || copy.who !== who || Date.now() - copy.at > LONGEST || (key.startsWith(home) && JSON.stringify(copy.pairs) === clean);
    if (gone) {
      drop(key);
    }
    return !gone && key.startsWith(home);
  });
  left.sort(([, one], [, other]) => other.at - one.at);
  if (left.length) {
    offer(...left[0]);
  }
}

form.addEventListener("input", later);
form.addEventListener("change", later);
form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  leaving = true;
  if (store(navigator.onLine) && !navigator.onLine) {
    event.preventDefault();
    leaving = false;
    tell("here");
    const said = part("offline");
    (said.querySelector("span") as HTMLElement).textContent = clock(Date.now());
    said.hidden = false;
  }
});
part("kept").addEventListener("click", (event) => {
  if ((event.target as Element).closest("button")) {
    if (clash) {
      form.querySelector<HTMLButtonElement>("button.govuk-button[type=submit]:not([name])")?.click();
    } else {
      void save();
    }
  }
});
/** Whoever goes may not come back: what was typed is put on the phone and sent at once. */
function leave(): void {
  if (!leaving && timer && JSON.stringify(pairs()) !== clean) {
    store();
    void save(true);
  }
}

// A request begun while a page is being put away can be lost on its way through the service worker: a link is early.
document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("a[href]")) {
    leave();
  }
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    leave();
  }
});
window.addEventListener("pagehide", leave);
open();
if (JSON.stringify(pairs()) !== came()) {
  later();
}
form.dataset.watched = "";
