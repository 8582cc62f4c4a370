"""One visit of one page in a fresh browser, slowed by the DevTools protocol, and what it cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from bench.pages.relay import Relay

WATCH = """
window.measured = {lcp: 0, cls: 0, inp: 0, taps: 0};
const watch = (type, act, more) => new PerformanceObserver((list) => list.getEntries().forEach(act))
  .observe({type, buffered: true, ...more});
watch('largest-contentful-paint', (entry) => { measured.lcp = entry.startTime; });
watch('layout-shift', (entry) => { if (!entry.hadRecentInput) measured.cls += entry.value; });
const interaction = (entry) => { measured.inp = Math.max(measured.inp, entry.duration); };
watch('event', (entry) => { if (entry.interactionId) interaction(entry); }, {durationThreshold: 16});
watch('first-input', interaction);
"""
READ = """() => ({...window.measured, nodes: document.getElementsByTagName('*').length,
  paint: (performance.getEntriesByName('first-contentful-paint')[0] || {startTime: 0}).startTime})"""
WORKER_READY = """() => !navigator.serviceWorker || Promise.race([
  navigator.serviceWorker.ready.then(() => true),
  new Promise((done) => setTimeout(done, 15000, false))])"""
SETTLE_MS = 600


@dataclass(frozen=True)
class Profile:
    """A machine and its net."""

    width: int
    height: int
    slower: int
    kbit: int
    latency_ms: int
    touch: bool


PHONE = Profile(width=360, height=740, slower=4, kbit=400, latency_ms=400, touch=True)
DESK = Profile(width=1280, height=800, slower=1, kbit=20_000, latency_ms=10, touch=False)


@dataclass
class Fetched:
    """What one page fetched, by kind (Document, Script, Font …)."""

    origin: str
    kinds: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)

    def came(self, told: dict[str, Any]) -> None:
        """The head of an answer."""
        address = urlsplit(told["response"]["url"])
        if address.scheme in ("http", "https"):
            self.kinds[told["requestId"]] = told["type"]
            if address.netloc != self.origin:
                self.foreign.add(address.netloc)

    def done(self, told: dict[str, Any]) -> None:
        """All of an answer, with its bytes as they travelled, head included."""
        self.sizes[told["requestId"]] = int(told["encodedDataLength"])

    def size(self, kind: str) -> int:
        """Bytes of that kind."""
        return sum(self.sizes.get(id_, 0) for id_, one in self.kinds.items() if one == kind)

    def watch(self, line: CDPSession) -> None:
        """Listen to a page."""
        line.on("Network.responseReceived", self.came)
        line.on("Network.loadingFinished", self.done)


def slowed(page: Page, profile: Profile) -> CDPSession:
    """The page on that machine and net."""
    line = page.context.new_cdp_session(page)
    bytes_a_second = profile.kbit * 1000 / 8
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": profile.latency_ms,
            "downloadThroughput": bytes_a_second,
            "uploadThroughput": bytes_a_second,
        },
    )
    line.send("Emulation.setCPUThrottlingRate", {"rate": profile.slower})
    return line


@contextmanager
def fresh(browser: Browser, profile: Profile, *, origin: str, cookie: dict[str, Any] | None) -> Iterator[Any]:
    """A browser that was never here, signed in by a cookie if one is given."""
    context = browser.new_context(
        viewport={"width": profile.width, "height": profile.height},
        has_touch=profile.touch,
        is_mobile=profile.touch,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
    )
    context.set_default_timeout(60_000)
    context.add_init_script(WATCH)
    if cookie:
        context.add_cookies([{**cookie, "url": origin}])
    try:
        yield context
    finally:
        context.close()


def visit(
    context: BrowserContext,
    profile: Profile,
    address: str,
    relay: Relay,
    *,
    use: Callable[[Page], None],
) -> dict[str, float]:
    """Open, use, and come back: bytes, requests, and times in milliseconds."""
    page = context.new_page()
    fetched = Fetched(urlsplit(address).netloc)
    fetched.watch(slowed(page, profile))
    before = relay.bytes_down
    page.goto(address, wait_until="networkidle")
    if profile.touch:
        page.evaluate(WORKER_READY)
    arrived = relay.bytes_down - before
    use(page)
    page.wait_for_timeout(SETTLE_MS)
    seen: dict[str, float] = page.evaluate(READ)
    page.close()
    fonts = fetched.size("Font")
    seen |= {
        "all": arrived,
        "without_fonts": arrived - fonts,
        "html": fetched.size("Document"),
        "scripts": fetched.size("Script"),
        "styles": fetched.size("Stylesheet"),
        "requests": len(fetched.kinds),
        "foreign": len(fetched.foreign),
    }
    return {**seen, "again": _again(context, profile, address, relay)}


def _again(context: BrowserContext, profile: Profile, address: str, relay: Relay) -> int:
    """Bytes of a second visit."""
    page = context.new_page()
    slowed(page, profile)
    before = relay.bytes_down
    page.goto(address, wait_until="networkidle")
    page.close()
    return relay.bytes_down - before


def agent(browser: Browser) -> str:
    """The name this browser says."""
    page = browser.new_page()
    said = str(page.evaluate("navigator.userAgent"))
    page.close()
    return said
