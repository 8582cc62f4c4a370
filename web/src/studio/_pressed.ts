// Whether a pointer is held down. What would move under it waits until it is let go, so that the press lands.

let held = false;
const waiting: (() => void)[] = [];

const letGo = (): void => {
  held = false;
  // The click follows in the same task; what waited comes after it.
  setTimeout(() => {
    for (const each of waiting.splice(0)) {
      each();
    }
  }, 0);
};

addEventListener(
  "pointerdown",
  () => {
    held = true;
  },
  true,
);
addEventListener("pointerup", letGo, true);
addEventListener("pointercancel", letGo, true);
addEventListener("blur", letGo);

/** Resolved at once, or when the pointer that is held down has been let go. */
export function released(): Promise<void> {
  return held ? new Promise((go) => waiting.push(go)) : Promise.resolve();
}
