// «Bật thông báo trên máy này»: asks the browser for a subscription and sends it with the form.
const form = document.querySelector<HTMLFormElement>("form[data-push]");

function bytes(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

async function subscribe(asked: HTMLFormElement): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") {
    throw new Error("refused");
  }
  const worker = await navigator.serviceWorker.ready;
  const made = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(asked.dataset.key ?? ""),
  });
  const { endpoint, keys } = made.toJSON();
  const fill = (name: string, value: string): void => {
    (asked.elements.namedItem(name) as HTMLInputElement).value = value;
  };
  fill("endpoint", endpoint ?? "");
  fill("p256dh", keys?.p256dh ?? "");
  fill("auth", keys?.auth ?? "");
}

if (form && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  form.hidden = false;
  form.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      subscribe(form)
        .then(() => form.submit())
        .catch(() => {
          const said = form.querySelector("[data-said]");
          if (said) {
            said.textContent = form.dataset.refused ?? "";
          }
        });
    },
    true,
  );
}

export {};
