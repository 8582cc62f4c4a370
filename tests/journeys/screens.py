"""What every screen must hold, asked of the drawn page: sizes, places, contrast, headings."""

from __future__ import annotations

from playwright.sync_api import Page

CONTROLS = """const controls = () => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter((e) => e.getClientRects().length && e.checkVisibility())
  .filter((e) => !e.closest('.govuk-skip-link, .govuk-visually-hidden, [hidden]'))
  .filter((e) => !(e.tagName === 'A' && getComputedStyle(e).display === 'inline'))
  .filter((e) => getComputedStyle(e).opacity !== '0' || e.matches('[type=radio], [type=checkbox]'))
  .map((e) => [e, e.getBoundingClientRect()]).filter(([, box]) => box.width > 1 && box.height > 1);
const said = (e) => e.outerHTML.replace(/\\s+/g, ' ').slice(0, 90);"""

SMALL = f"""(least) => {{ {CONTROLS}
  return controls().filter(([, box]) => Math.round(box.height) < least || Math.round(box.width) < least)
    .map(([e, box]) => `${{Math.round(box.width)}}x${{Math.round(box.height)}} ${{said(e)}}`); }}"""

CLOSE = f"""(least) => {{ {CONTROLS}
  const all = controls(), found = [];
  const gap = (a, b) => Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom);
  const fixed = (e) => e.closest('.ui-sticky');
  for (let i = 0; i < all.length; i++) for (let j = i + 1; j < all.length; j++) {{
    const [[a, one], [b, two]] = [all[i], all[j]];
    if (!a.contains(b) && !b.contains(a) && !fixed(a) && !fixed(b) && gap(one, two) < least - 0.5)
      found.push(`${{gap(one, two).toFixed(1)}} ${{said(a)}} | ${{said(b)}}`);
  }}
  return found; }}"""

# Text that stands in a box too small for it, other than boxes that scroll by themselves.
CUT = """() => [...document.querySelectorAll('body *')]
  .filter((e) => e.getClientRects().length)
  .filter((e) => !e.closest('.govuk-visually-hidden, .govuk-skip-link, svg, select, .ui-list__two'))
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
  .filter((e) => { const style = getComputedStyle(e); return ['hidden', 'clip'].includes(style.overflowX)
    || ['hidden', 'clip'].includes(style.overflowY) || style.textOverflow === 'ellipsis'; })
  .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 2)
  .map((e) => e.outerHTML.slice(0, 100))"""

# Lines of different elements that lie on one another.
OVER = """() => {
  const lines = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n; (n = walk.nextNode());) {
    const e = n.parentElement;
    if (!n.textContent.trim() || !e.getClientRects().length || !e.checkVisibility()) continue;
    if (e.closest('.govuk-visually-hidden, .govuk-skip-link, svg, script, option')) continue;
    if (e.closest('.ui-sticky, .ui-list thead')) continue;
    const range = document.createRange();
    range.selectNodeContents(n);
    for (const box of range.getClientRects()) if (box.width > 2 && box.height > 2) lines.push([n, box]);
  }
  const found = [];
  for (let i = 0; i < lines.length; i++) for (let j = i + 1; j < lines.length; j++) {
    const [[a, one], [b, two]] = [lines[i], lines[j]];
    if (a === b) continue;
    const wide = Math.min(one.right, two.right) - Math.max(one.left, two.left);
    const high = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
    const said = (n) => n.textContent.trim().slice(0, 40);
    if (wide > 2 && high > 8) found.push(`${said(a)} | ${said(b)}`);
  }
  return found; }"""

FAINT = """([body, any]) => {
  const rgb = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0.99) return c; } return [255, 255, 255]; };
  const ratio = (c, e) => { const [a, b] = [lum(rgb(c)), lum(ground(e))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05); };
  const shown = (e) => e.getClientRects().length
    && !e.closest('svg, [disabled], .govuk-visually-hidden, .govuk-skip-link');
  const least = (e) => e.matches('.govuk-body, main li, main p, main dd') && !e.matches(
    '.govuk-hint, .govuk-error-message, .ui-saved, [class*=grey]') ? body : any;
  const words = [...document.querySelectorAll('body *')].filter(shown)
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .filter((e) => ratio(getComputedStyle(e).color, e) < least(e))
    .map((e) => `${ratio(getComputedStyle(e).color, e).toFixed(1)} ${e.outerHTML.slice(0, 90)}`);
  const borders = [...document.querySelectorAll('input.govuk-input, select, textarea')].filter(shown)
    .filter((e) => Math.max(ratio(getComputedStyle(e).borderTopColor, e.parentElement),
      ratio(getComputedStyle(e).backgroundColor, e.parentElement)) < 3)
    .map((e) => `border ${e.outerHTML.slice(0, 90)}`);
  return words.concat(borders); }"""

SPACED = """*{line-height:1.5 !important;letter-spacing:.12em !important;word-spacing:.16em !important}
p{margin-bottom:2em !important}"""


def wide(page: Page) -> str:
    """What sticks out sideways; empty when nothing does."""
    return str(
        page.evaluate(
            """() => { const most = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= most) return '';
            const out = [...document.querySelectorAll('body *')].filter(
              (e) => !e.closest('.govuk-visually-hidden') && e.getBoundingClientRect().right > most + 1);
            return `${document.documentElement.scrollWidth} > ${most} `
              + out.slice(-3).map((e) => e.outerHTML.slice(0, 90)).join(' | '); }"""
        )
    )


def heading(page: Page) -> str:
    """The one h1. Raises AssertionError for none or several."""
    assert page.locator("h1").count() == 1, page.url
    return " ".join(page.locator("h1").inner_text().split())
