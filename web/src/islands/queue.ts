// Pages of the queue that stay open: a board for days, a phone until its turn, a kiosk between two people.
// <… data-live="/address/" data-every="3"> renews its content until something in it is data-final; what is
// called anew is said aloud where sound is on; data-nightly="3" loads the page afresh in that hour, data-again in
// what comes at once.
// <… data-reset="/start/" data-after="60"> begins again when nobody touches; data-print prints once.

const TIMEOUT = 8000;
const clock = (): string => new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });

const sound = document.querySelector<HTMLButtonElement>("[data-sound]");
let aloud = false;
let known = new Set<string>();
let first = true;

function voice(): SpeechSynthesisVoice | undefined {
  return speechSynthesis.getVoices().find((one) => /^vi\b/i.test(one.lang));
}

function speak(sentence: string): void {
  const said = new SpeechSynthesisUtterance(sentence);
  said.lang = "vi-VN";
  said.rate = 0.9;
  const found = voice();
  if (found) {
    said.voice = found;
  }
  speechSynthesis.speak(said);
}

function showSound(): void {
  if (!sound) {
    return;
  }
  sound.setAttribute("aria-pressed", String(aloud));
  sound.textContent = (aloud ? sound.dataset.on : sound.dataset.off) ?? "";
}

function announce(scope: Element): void {
  const calls = Array.from(scope.querySelectorAll<HTMLElement>("[data-call]"));
  const fresh = calls.filter((one) => !known.has(one.dataset.call ?? ""));
  // Only what stands on the board is remembered, so that days leave nothing behind.
  known = new Set(calls.map((one) => one.dataset.call ?? ""));
  if (!first && aloud) {
    for (const one of fresh.reverse()) {
      speak(one.dataset.sentence ?? "");
    }
  }
  first = false;
}

let near = "";
function come(scope: Element): void {
  const now = scope.querySelector<HTMLElement>("[data-near]")?.dataset.near ?? "";
  if (now && now !== near && "vibrate" in navigator) {
    navigator.vibrate([300, 150, 300]);
  }
  near = now;
}

function keepFresh(part: HTMLElement): void {
  const every = Number(part.dataset.every ?? "10") * 1000;
  const nightly = part.dataset.nightly;
  const born = new Date().getDate();
  let lost = "";
  let shown = "";
  const notice = document.createElement("p");
  notice.className = "qu-lost";
  notice.setAttribute("role", "alert");

  const look = async (): Promise<void> => {
    const patience = new AbortController();
    const limit = window.setTimeout(() => patience.abort(), TIMEOUT);
    try {
      const answer = await fetch(part.dataset.live ?? "", { signal: patience.signal, headers: { Accept: "text/html" } });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      const html = await answer.text();
      const now = new Date();
      if (nightly && now.getHours() === Number(nightly) && now.getDate() !== born) {
        location.reload();
        return;
      }
      // Nothing is drawn anew while somebody is about to press a button in it.
      if (html !== shown && !part.contains(document.activeElement)) {
        part.innerHTML = shown = html;
      }
      if (part.querySelector("[data-again]")) {
        location.reload();
        return;
      }
      lost = "";
      notice.remove();
      announce(part);
      come(part);
    } catch {
      lost = lost || clock();
      notice.textContent = (part.dataset.lost ?? "%s").replace("%s", lost);
      part.after(notice);
    } finally {
      clearTimeout(limit);
      if (!part.querySelector("[data-final]")) {
        window.setTimeout(() => void look(), every);
      }
    }
  };
  announce(part);
  come(part);
  window.setTimeout(() => void look(), every);
}

function resetWhenLeft(part: HTMLElement): void {
  const after = Number(part.dataset.after ?? "60") * 1000;
  let waiting = 0;
  const again = (): void => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => location.replace(part.dataset.reset ?? "/"), after);
  };
  for (const kind of ["pointerdown", "keydown"]) {
    document.addEventListener(kind, again);
  }
  again();
}

document.querySelectorAll<HTMLElement>("[data-live]").forEach(keepFresh);
document.querySelectorAll<HTMLElement>("[data-reset]").forEach(resetWhenLeft);
if (document.querySelector("[data-print]")) {
  window.print();
}
if (sound && "speechSynthesis" in window) {
  sound.hidden = false;
  aloud = localStorage.getItem("queue-sound") === "on";
  showSound();
  sound.addEventListener("click", () => {
    aloud = !aloud;
    localStorage.setItem("queue-sound", aloud ? "on" : "off");
    showSound();
    if (!aloud) {
      speechSynthesis.cancel();
    }
  });
}
