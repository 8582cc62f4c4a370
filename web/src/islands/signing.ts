// A sheet to sign on with a finger, a pen or a mouse. Strokes are kept as an SVG path of straight lines in a hidden
// box, so that they are saved with the rest of the page. Without this file the name is typed instead.
const WIDTH = 600;
const HEIGHT = 200;
const NEAREST = 3;
const LONGEST = 12_000;

function begin(place: HTMLElement): void {
  const canvas = place.querySelector("canvas") as HTMLCanvasElement;
  const kept = place.querySelector<HTMLInputElement>("input[type=hidden]") as HTMLInputElement;
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  const unsigned = canvas.getAttribute("aria-label") ?? "";
  let last: [number, number] | null = null;

  const draw = (): void => {
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    pen.lineWidth = 3;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.stroke(new Path2D(kept.value));
    canvas.setAttribute("aria-label", kept.value ? (canvas.dataset.signed ?? "") : unsigned);
  };
  const at = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    const inside = (value: number, most: number): number => Math.max(0, Math.min(most - 1, Math.round(value)));
    return [
      inside(((event.clientX - box.left) * WIDTH) / box.width, WIDTH),
      inside(((event.clientY - box.top) * HEIGHT) / box.height, HEIGHT),
    ];
  };
  const add = (piece: string): void => {
    if (kept.value.length + piece.length <= LONGEST) {
      kept.value += piece;
      draw();
    }
  };

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    add(`M${last.join(" ")}L${last.join(" ")}`);
  });
  canvas.addEventListener("pointermove", (event) => {
    const next = at(event);
    if (last && Math.hypot(next[0] - last[0], next[1] - last[1]) >= NEAREST) {
      last = next;
      add(`L${next.join(" ")}`);
    }
  });
  const lift = (): void => {
    if (last) {
      last = null;
      kept.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  place.querySelector("[data-again]")?.addEventListener("click", () => {
    kept.value = "";
    draw();
    kept.dispatchEvent(new Event("input", { bubbles: true }));
  });
  kept.form?.addEventListener("change", draw);
  (place.querySelector("[data-sheet]") as HTMLElement).hidden = false;
  draw();
}

document.querySelectorAll<HTMLElement>("[data-sign]").forEach(begin);
