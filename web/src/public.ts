import { lockSubmits, mark, start } from "./base";

mark();
start();
lockSubmits();

// «Sao chép mã» and the like: <button data-copy="text">.
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
  if (!button || !navigator.clipboard) {
    return;
  }
  navigator.clipboard.writeText(button.dataset.copy ?? "").then(() => {
    button.textContent = button.dataset.copied ?? button.textContent;
  });
});

// What was seen stays readable without a net; phones that cannot do it lose nothing.
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js").catch(() => undefined);
}
