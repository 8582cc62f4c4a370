import { lockSubmits, mark, say, start } from "./base";

mark();
start();
lockSubmits();

// «Sao chép mã» and the like: <button data-copy="text" data-copied="what it then says">. Spoken, too.
async function put(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  // Where the site has no https, or the browser is old.
  const box = document.createElement("textarea");
  box.value = text;
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  return done;
}

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
  if (!button) {
    return;
  }
  void put(button.dataset.copy ?? "").then((done) => {
    if (done) {
      button.textContent = button.dataset.copied ?? button.textContent;
      say(button.textContent ?? "");
    }
    button.focus();
  });
});

// What was seen stays readable without a net; phones that cannot do it lose nothing.
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js").catch(() => undefined);
}
