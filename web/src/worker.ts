// The service worker: the shell and fonts, procedure pages that were opened, and a page for when there is no net.
// It never keeps a page that holds data, and never sends anything later by itself.
declare const SHELL: string[];
declare const self: ServiceWorkerGlobalScope & { SHELL?: string[] };

interface ExtendableEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface InstallEvent extends ExtendableEvent {
  addRoutes?(rules: { condition: { requestMethod: string }; source: "network" }): Promise<void>;
}
interface FetchEvent extends ExtendableEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface PushEvent extends ExtendableEvent {
  data: { json(): unknown } | null;
}
interface ClickEvent extends ExtendableEvent {
  notification: Notification;
}
interface ServiceWorkerGlobalScope {
  addEventListener(name: "install", act: (event: InstallEvent) => void): void;
  addEventListener(name: "activate", act: (event: ExtendableEvent) => void): void;
  addEventListener(name: "fetch", act: (event: FetchEvent) => void): void;
  addEventListener(name: "push", act: (event: PushEvent) => void): void;
  addEventListener(name: "notificationclick", act: (event: ClickEvent) => void): void;
  registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void>; openWindow(address: string): Promise<unknown> };
  location: Location;
}

const OFFLINE = "/ngoai-mang/";
const SHELF = `shell-${SHELL.join("|").split("").reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) | 0, 7)}`;
const PAGES = "pages-1";
const MOST_PAGES = 40;

self.addEventListener("install", (event) => {
  // What is sent goes past this worker where the browser knows how: last words of a page that is put away arrive.
  void event.addRoutes?.({ condition: { requestMethod: "POST" }, source: "network" });
  event.waitUntil(
    caches
      .open(SHELF)
      // Without cookies: no name is kept, and an answer that comes late changes none of a page that is open by then.
      .then((shelf) => shelf.addAll([...SHELL, new Request(OFFLINE, { credentials: "omit" })]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== SHELF && name !== PAGES).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

// Kept as a stranger sees it, so that no name stays on a phone that several people use.
async function keep(request: Request): Promise<void> {
  const answer = await fetch(request.url, { credentials: "omit" });
  if (!answer.ok || answer.redirected) {
    return;
  }
  const pages = await caches.open(PAGES);
  await pages.put(request.url, answer);
  const keys = await pages.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_PAGES)).map((key) => pages.delete(key)));
}

async function page(request: Request, open: boolean): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    const kept = open ? await caches.match(request.url) : undefined;
    return kept ?? (await caches.match(OFFLINE)) ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) {
    return;
  }
  if (request.mode === "navigate") {
    const open = /^\/thu-tuc\/[^/]+\/$/.test(address.pathname) && !address.search;
    event.respondWith(page(request, open));
    if (open) {
      event.waitUntil(keep(request).catch(() => undefined));
    }
  } else if (SHELL.includes(address.pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});

// A pushed message. The same tag replaces the one shown before, so that a message that came twice is seen once.
self.addEventListener("push", (event) => {
  let told: { title?: string; body?: string; link?: string; tag?: string } = {};
  try {
    told = (event.data?.json() ?? {}) as typeof told;
  } catch {
    // Shown without words: a browser shows its own sentence when nothing is shown at all.
  }
  event.waitUntil(
    self.registration.showNotification(told.title || "Dịch vụ công", {
      body: told.body ?? "",
      tag: told.tag ?? "",
      lang: "vi",
      data: { link: told.link ?? "" },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const asked = new URL(String(event.notification.data?.link || "/cua-toi/tin-nhan/"), self.location.origin);
  const ours = asked.origin === self.location.origin ? asked.href : `${self.location.origin}/cua-toi/tin-nhan/`;
  event.waitUntil(self.clients.openWindow(ours));
});

export {};
