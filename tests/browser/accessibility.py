"""What can be measured of a page for everybody: axe's rules, boxes that stay on screen, targets one can hit."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from playwright.async_api import Page

from tests.browser.bundle import CLIENT
from tests.browser.watch import settled

#: WCAG 2.2 AA and everything below it, and what axe's makers recommend beyond.
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: CSS pixels a target measures at least, each way (WCAG 2.5.8).
TARGET_PIXELS_MIN: Final = 24

_RUN_AXE: Final = """
async (rules) => {
  // What was said aloud a moment ago may name a button that is gone; it is taken away in seconds.
  const where = { include: document, exclude: ["[data-live-announcer]"] };
  const { violations } = await axe.run(where, { runOnly: rules, resultTypes: ["violations"] });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)} ${node.failureSummary.replaceAll("\\n", " ")}`));
}
"""

#: Elements whose box sticks out sideways. What scrolls inside a box of its own, or is hidden on purpose, may.
_STICKS_OUT: Final = """
() => {
  const wide = document.documentElement.clientWidth;
  const clipped = (element) => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== "visible") {
        const { left, right, width } = box.getBoundingClientRect();
        // What is hidden from the eye lies in a box of one pixel.
        return width <= 1 || (left >= -0.5 && right <= wide + 0.5);
      }
    }
    return false;
  };
  return [...document.body.querySelectorAll("*")].filter((element) => {
    const { left, right, width, height } = element.getBoundingClientRect();
    if (width <= 1 || height <= 1 || !element.checkVisibility({ visibilityProperty: true })) return false;
    return (left < -0.5 || right > wide + 0.5) && !clipped(element);
  }).map((element) => {
    const { left, right } = element.getBoundingClientRect();
    return `${element.outerHTML.slice(0, 120)} spans ${left.toFixed(1)} to ${right.toFixed(1)} of ${wide}`;
  });
}
"""

#: Controls that are too small to hit: neither their box nor where a click still reaches them (a row that belongs to its
#: link) is as large as it should be. A link inside a sentence is exempt, as in WCAG; a hidden input is hit through its
#: label, and what carries no box of its own cannot be hit at all.
_TOO_SMALL: Final = """
([wide, high]) => {
  const controls = "a[href], button, input, select, textarea, summary, [role=button], [role=link], [role=tab]," +
    "[role=option], [role=menuitem], [role=switch], [role=checkbox], [role=radio], [role=slider]";
  const target = (control) => {
    const { width, height } = control.getBoundingClientRect();
    const unseen = width <= 1 || height <= 1 || getComputedStyle(control).opacity === "0";
    return unseen || control.parentElement.clientWidth <= 1 ? control.closest("label") : control;
  };
  const reaches = (box) => {
    box.scrollIntoView({ block: "center", behavior: "instant" });
    const { left, top, width, height } = box.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const [aside, above] = [(Math.max(wide, width) - 1) / 2, (Math.max(high, height) - 1) / 2];
    return [[0, -above], [0, above], [-aside, 0], [aside, 0]].every(([dx, dy]) =>
      box.contains(document.elementFromPoint(x + dx, y + dy)));
  };
  return [...document.querySelectorAll(controls)].filter((control) => {
    if (!control.checkVisibility({ visibilityProperty: true }) || control.closest("[inert], [aria-hidden=true]")) {
      return false;
    }
    const box = target(control);
    if (box === null) return false;
    if (control.matches("a") && getComputedStyle(control).display === "inline" &&
        control.parentElement.textContent.trim() !== control.textContent.trim()) return false;
    const { width, height } = box.getBoundingClientRect();
    return width > 0 && (width < wide - 0.01 || height < high - 0.01) && !reaches(box);
  }).map((control) => {
    const { width, height } = target(control).getBoundingClientRect();
    return `${control.outerHTML.slice(0, 160)} is ${width.toFixed(1)} x ${height.toFixed(1)}`;
  });
}
"""


async def violations(page: Page) -> list[str]:
    """Return every breach of axe's rules on the page as it stands, one line each."""
    await settled(page)
    await page.evaluate(_axe())
    found: list[str] = await page.evaluate(_RUN_AXE, list(RULES))
    return found


async def sideways(page: Page) -> list[str]:
    """Return every visible element that sticks out of the screen to the left or right."""
    await settled(page)
    found: list[str] = await page.evaluate(_STICKS_OUT)
    return found


async def small_targets(page: Page, *, wide: float = TARGET_PIXELS_MIN, high: float = TARGET_PIXELS_MIN) -> list[str]:
    """Return every visible control that is narrower or lower than this, in CSS pixels."""
    await settled(page)
    found: list[str] = await page.evaluate(_TOO_SMALL, [wide, high])
    return found


def assert_nothing(found: dict[str, list[str]]) -> None:
    """Fail with every line that was found, and on which page; each line once."""
    lines: dict[str, list[str]] = {}
    for place, problems in found.items():
        for problem in problems:
            lines.setdefault(re.sub(r'id="[^"]*"|[0-9]{6,}', "", problem), []).append(place)
    assert not lines, "\n".join(f"{', '.join(dict.fromkeys(places))}: {line}" for line, places in lines.items())


@cache
def _axe() -> str:
    """Return axe's source; evaluated from outside, the page's policy does not concern it."""
    return (CLIENT / "node_modules" / "axe-core" / "axe.min.js").read_text()
