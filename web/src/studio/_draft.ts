// One part of a draft in the browser: its body, saved after a pause, with what two people changed put together by
// the server; a clash is shown and nothing is lost; steps can be taken back.

import { post, why } from "./_asking";
import { released } from "./_pressed";

export interface Problem {
  where: string;
  sentence: string;
  blocks: boolean;
}

interface Answer<Body> {
  revision: number;
  body: Body;
  problems: Problem[];
}

interface Clash {
  title: string;
  places: string[];
  kept: string;
  current: number;
}

export interface Draft<Body> {
  readonly body: Body;
  /**
   * Put a changed body in place of the one before; it is saved after a pause. Changes with the same `joined`, one
   * after another, are taken back as one: the letters of a word.
   */
  change(body: Body, joined?: string): void;
  /** Take the last change back; false when there is none. */
  undo(): boolean;
  redo(): boolean;
  /** Save at once. */
  save(): Promise<void>;
}

const PAUSE = 800;
const MOST_STEPS = 100;

/** The JSON in a script element of the page. */
export function given<T>(id: string): T {
  return JSON.parse((document.getElementById(id) as HTMLScriptElement).textContent ?? "null") as T;
}

/**
 * Open the part that the page holds: `<div data-draft data-save="…" data-seen="3">` with the words of every state,
 * and `<script id="body">`. `drawn` is called once the script that asked has what is returned, then whenever body or
 * problems are other than before.
 */
export function open<Body>(drawn: (body: Body, problems: Problem[]) => void): Draft<Body> {
  const place = document.querySelector<HTMLElement>("[data-draft]") as HTMLElement;
  let body = given<Body>("body");
  let problems = given<Problem[]>("problems");
  let seen = Number(place.dataset.seen);
  let timer = 0;
  let under = false;
  const past: Body[] = [];
  const future: Body[] = [];
  let last: string | undefined;

  const failure = place.querySelector<HTMLElement>("[data-why]");
  const net = failure?.textContent ?? "";

  const failed = (sentence: string): void => {
    if (failure) {
      failure.textContent = sentence;
    }
    tell("failed");
  };

  const tell = (state: string): void => {
    place.dataset.state = state;
    for (const word of place.querySelectorAll<HTMLElement>("[data-when]")) {
      word.hidden = word.dataset.when !== state;
    }
  };

  const later = (): void => {
    clearTimeout(timer);
    tell("typing");
    timer = window.setTimeout(() => void save(), PAUSE);
  };

  async function save(): Promise<void> {
    clearTimeout(timer);
    if (under) {
      later();
      return;
    }
    under = true;
    const sent = JSON.stringify(body);
    tell("saving");
    try {
      const keepalive = sent.length < 60_000;
      const answer = await post(place.dataset.save as string, { seen, body }, { keepalive });
      if (answer.status === 409) {
        const clash = (await answer.json()) as Clash;
        const said = place.querySelector<HTMLElement>("[data-clash]") as HTMLElement;
        (said.querySelector("[data-places]") as HTMLElement).textContent = clash.places.join(", ");
        (said.querySelector("a") as HTMLAnchorElement).href = `${place.dataset.choose}${clash.kept}/`;
        tell("clash");
      } else if (answer.ok) {
        const kept = (await answer.json()) as Answer<Body>;
        await released();
        seen = kept.revision;
        problems = kept.problems;
        const untouched = JSON.stringify(body) === sent;
        const merged = JSON.stringify(kept.body) !== sent;
        if (untouched) {
          body = kept.body;
          tell("saved");
          drawn(body, problems);
          void rerun();
        } else if (merged) {
          later();
        }
      } else {
        failed(await why(answer, net));
      }
    } catch {
      failed(net);
    }
    under = false;
  }

  /** Run the example cases of the draft again, and name those that come out otherwise now. */
  async function rerun(): Promise<void> {
    const failing = place.querySelector<HTMLElement>("[data-failing]");
    if (!failing || !place.dataset.run) {
      return;
    }
    const answer = await fetch(place.dataset.run, { headers: { Accept: "application/json" } }).catch(() => null);
    const names = answer?.ok ? ((await answer.json()) as { failing: string[] }).failing : [];
    await released();
    failing.hidden = names.length === 0;
    (failing.querySelector("[data-names]") as HTMLElement).textContent = names.join("; ");
  }

  const put = (next: Body): void => {
    body = next;
    drawn(body, problems);
    later();
  };

  addEventListener("pagehide", () => {
    if (place.dataset.state === "typing") {
      void save();
    }
  });
  addEventListener("beforeunload", (event) => {
    if (place.dataset.state === "failed") {
      event.preventDefault();
    }
  });
  place.querySelector("[data-retry]")?.addEventListener("click", () => void save());
  queueMicrotask(() => drawn(body, problems));
  return {
    get body() {
      return body;
    },
    change(next, joined) {
      if (joined === undefined || joined !== last) {
        past.push(body);
        past.splice(0, past.length - MOST_STEPS);
      }
      last = joined;
      future.length = 0;
      put(next);
    },
    undo() {
      last = undefined;
      const before = past.pop();
      if (before === undefined) {
        return false;
      }
      future.push(body);
      put(before);
      return true;
    },
    redo() {
      last = undefined;
      const after = future.pop();
      if (after === undefined) {
        return false;
      }
      past.push(body);
      put(after);
      return true;
    },
    save,
  };
}
