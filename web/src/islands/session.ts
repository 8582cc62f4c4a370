// Warns in words before the sign-in ends; one touch extends it. Other tabs and saved drafts count as staying.
const box = document.querySelector<HTMLFormElement>("form[data-session]");
const EVERY = 10_000;

function start(form: HTMLFormElement): void {
  const { left = "0", idle = "0", warn = "0" } = form.dataset;
  const words = form.querySelector("[data-words]") as HTMLElement;
  const pattern = words.dataset.words ?? "";
  let end = 0;

  const until = (seconds: number): void => {
    end = Date.now() + seconds * 1000;
    try {
      localStorage.setItem("con", String(end));
    } catch {
      // then this tab knows of itself only
    }
    look();
  };

  function look(): void {
    try {
      end = Math.max(end, Number(localStorage.getItem("con")));
    } catch {
      // as above
    }
    const minutes = Math.ceil((end - Date.now()) / 60_000);
    const over = end <= Date.now();
    form.hidden = !over && end - Date.now() > Number(warn) * 1000;
    for (const part of form.querySelectorAll<HTMLElement>("[data-over]")) {
      part.hidden = (part.dataset.over === "1") !== over;
    }
    const said = pattern.replace("#", String(minutes));
    if (!form.hidden && words.textContent !== said) {
      words.textContent = said;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = new URLSearchParams([...new FormData(form)] as [string, string][]);
    fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body })
      .then(async (answer) => {
        if (answer.status === 401) {
          until(0);
        } else if (answer.ok) {
          until(((await answer.json()) as { left: number }).left);
        }
      })
      .catch(() => undefined);
  });
  document.addEventListener("tinhso:stayed", () => until(Number(idle)));
  until(Number(left));
  setInterval(look, EVERY);
}

if (box) {
  start(box);
}
