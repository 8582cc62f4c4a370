// The behaviours of the base that our pages use. Each page works without them.
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { createAll } from "govuk-frontend/dist/govuk/init.mjs";

type Behaviour = typeof Button;
const behaviours: Behaviour[] = [Button, Checkboxes, ErrorSummary, Radios, SkipLink];

// The base expects these two names before it starts; it sets them by an inline script, which our policy forbids.
export function mark(): void {
  document.body.classList.add("js-enabled");
  if ("noModule" in HTMLScriptElement.prototype) {
    document.body.classList.add("govuk-frontend-supported");
  }
}

export function start(scope: Element | Document = document, more: Behaviour[] = []): void {
  for (const behaviour of [...behaviours, ...more]) {
    createAll(behaviour, undefined, { scope, onError: () => undefined });
  }
}

/** Say a sentence to readers of the page; one polite region per page. */
export function say(sentence: string): void {
  const region = document.getElementById("live");
  if (region) {
    region.textContent = sentence;
  }
}

// A pressed button says so and is locked until the next page, so that nothing is sent twice.
// What opens beside, as a preview does, leaves this page open: it locks nothing.
export function lockSubmits(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "post") {
      return;
    }
    const button = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    if (button?.formTarget === "_blank") {
      return;
    }
    const words = button?.dataset.busy;
    if (button && words) {
      setTimeout(() => {
        button.setAttribute("aria-disabled", "true");
        button.textContent = words;
      }, 200);
    }
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
      delete form.dataset.sent;
    }
  });
}
