"""Figures on screen: how soon the other person sees a keystroke, how soon pages can be used, how much they weigh.

Two real browsers (Debian's Chromium, contexts of their own) on a real studio. Times are taken inside the pages: both
pages run on one machine and count from the same clock (`performance.timeOrigin + performance.now()`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from playwright.async_api import Page, expect

from tests.benchmarks.machine import percentile
from tests.benchmarks.report import Figures, Metric
from tests.browser.bundle import build_client, gzipped_bytes
from tests.browser.pages import lyrics, section
from tests.browser.people import People, Person
from tests.browser.songs import create_song
from tests.browser.stage import running_chromium, running_studio
from tests.studio import Studio

BROWSER_METRICS: Final = (
    Metric("screen_p50_ms", "browser: keystroke to the other screen, p50 ms", 16),
    Metric("screen_p95_ms", "browser: keystroke to the other screen, p95 ms", 35),
    Metric("screen_missing", "browser: keystrokes never seen (must be 0)", 0, decimals=0),
    Metric("song_open_ms", "browser: 300 sections, from the library to typing, ms", 400, decimals=0),
    Metric("song_open_small_ms", "browser: the same with 4 sections, ms", decimals=0),
    Metric("song_reload_ms", "browser: 300 sections, page load to typing, ms", decimals=0),
    Metric("song_reload_small_ms", "browser: the same with 4 sections, ms", decimals=0),
    Metric("typing_dropped", "browser: 300 sections, frames dropped while typing", 0, decimals=0),
    Metric("typing_dropped_small", "browser: the same with 4 sections", decimals=0),
    Metric("typing_long_tasks", "browser: 300 sections, long tasks while typing", 0, decimals=0),
    Metric("typing_long_tasks_small", "browser: the same with 4 sections", decimals=0),
    Metric("first_visit_ms", "browser: first visit, empty cache, to a usable library, ms", 2_000, decimals=0),
    Metric("first_load_kb", "browser: first load of the library, kB gzipped", 150),
)
KEYSTROKES: Final = 200
#: Milliseconds between two keystrokes of somebody who types fast.
KEYSTROKE_MS: Final = 60
SECTIONS: Final = 300
#: A song whose figures say what the machine takes for any song at all.
SECTIONS_SMALL: Final = 4
#: How often each opening is measured; the median counts.
OPENINGS: Final = 5
#: What is typed: a letter that stands in no name and no text of the songs here, and that keyboards have a key for.
_MARK: Final = "x"
_FRAME_MS: Final = 1000 / 60

_NOTE_KEYS: Final = """
(mark) => {
  window.pressed = [];
  addEventListener("keydown", (event) => {
    if (event.key === mark) window.pressed.push(performance.timeOrigin + event.timeStamp);
  }, true);
}
"""
#: Notes when the first, second, third ... mark stood in the text on this screen.
_NOTE_MARKS: Final = """
(element, mark) => {
  window.seen = [];
  new MutationObserver(() => {
    const now = performance.timeOrigin + performance.now();
    const count = element.textContent.split(mark).length - 1;
    while (window.seen.length < count) window.seen.push(now);
  }).observe(element, { subtree: true, childList: true, characterData: true });
}
"""
#: Counts frames that came late, and tasks that held the page for more than 50 ms.
_NOTE_FRAMES: Final = """
(frame) => {
  window.frames_dropped = 0;
  window.long_tasks = 0;
  new PerformanceObserver((list) => { window.long_tasks += list.getEntries().length; }).observe({ type: "longtask" });
  let last = performance.now();
  const look = (now) => {
    window.frames_dropped += Math.max(0, Math.round((now - last) / frame) - 1);
    last = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
"""
_EDITOR_IS_LOADED: Final = """
() => performance.getEntriesByType("resource").some(({ name }) => name.includes("song-page"))
"""
#: Notes the first frame in which the selector matches something that is drawn.
_NOTE_READY: Final = """
const look = () => {
  const found = document.querySelector(%r);
  if (found !== null && found.checkVisibility()) window.ready_at = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def browser_figures(say: Callable[[str], None]) -> Figures:
    """Measure everything that is seen on a screen."""
    build_client()
    with running_studio() as studio:
        return asyncio.run(_measure(studio, say))


async def _measure(studio: Studio, say: Callable[[str], None]) -> Figures:
    async with running_chromium() as browser:
        say("browser: keystrokes between two people")
        figures = await _keystrokes(People(browser, studio))
        say(f"browser: a song of {SECTIONS} sections")
        figures |= await _large_song(People(browser, studio))
        say("browser: the first visit")
        figures |= await _first_visit(People(browser, studio))
    return figures


async def _keystrokes(people: People) -> Figures:
    """Let one type and the other watch."""
    ada, mina = await people.invite("Ada"), await people.invite("Mina")
    song_id = create_song(ada.studio, "Keystrokes", "One line\n", "Another line\n")
    for person in (ada, mina):
        await person.open(f"/songs/{song_id}")
        await expect(lyrics(person.page, "verse-1")).to_contain_text("One line")
    # The part around the text: the text itself becomes an editor when one comes near it.
    await section(mina.page, "verse-1").locator("[data-part=lyrics]").evaluate(_NOTE_MARKS, _MARK)
    await ada.page.evaluate(_NOTE_KEYS, _MARK)
    await lyrics(ada.page, "verse-1").click()
    await ada.page.keyboard.press("Control+End")
    await ada.page.keyboard.type(_MARK * KEYSTROKES, delay=KEYSTROKE_MS)
    await expect(lyrics(mina.page, "verse-1")).to_contain_text(_MARK * KEYSTROKES)
    pressed, seen = await ada.page.evaluate("window.pressed"), await mina.page.evaluate("window.seen")
    await people.leave()
    assert len(pressed) == KEYSTROKES, f"{len(pressed)} of {KEYSTROKES} keys were pressed"
    times = [at - since for since, at in zip(pressed, seen, strict=False)]
    return {
        "screen_p50_ms": percentile(times, 50),
        "screen_p95_ms": percentile(times, 95),
        "screen_missing": KEYSTROKES - len(times),
    }


async def _song_of(people: People, sections: int) -> tuple[float, float, int, int]:
    """Open a song from the library and by its address, again and again, then type in it.

    Return the medians of both openings in ms, the frames dropped while typing, and the tasks of more than 50 ms.
    """
    ada = await people.invite("Ada")
    song_id = create_song(ada.studio, f"Song of {sections}", *(f"Line one of {n}\nLine two\n" for n in range(sections)))
    await ada.context.add_init_script(_NOTE_READY % ".cm-content[contenteditable=true]")
    loaded = [await _opening_ms(ada, f"/songs/{song_id}") for _ in range(OPENINGS)]
    opened = [await _from_library_ms(ada, song_id) for _ in range(OPENINGS)]
    await lyrics(ada.page, "verse-1").click()
    await ada.page.keyboard.press("Control+End")
    await ada.page.evaluate(_NOTE_FRAMES, _FRAME_MS)
    await ada.page.keyboard.type(_MARK * KEYSTROKES, delay=KEYSTROKE_MS)
    dropped, tasks = await ada.page.evaluate("[window.frames_dropped, window.long_tasks]")
    await people.leave()
    return percentile(opened, 50), percentile(loaded, 50), dropped, tasks


async def _large_song(people: People) -> Figures:
    """Measure a song of many sections, and what a small one takes on the same machine at the same time."""
    opened_small, loaded_small, dropped_small, tasks_small = await _song_of(people, SECTIONS_SMALL)
    opened, loaded, dropped, tasks = await _song_of(people, SECTIONS)
    return {
        "song_open_ms": opened,
        "song_open_small_ms": opened_small,
        "song_reload_ms": loaded,
        "song_reload_small_ms": loaded_small,
        "typing_dropped": dropped,
        "typing_dropped_small": dropped_small,
        "typing_long_tasks": tasks,
        "typing_long_tasks_small": tasks_small,
    }


async def _first_visit(people: People) -> Figures:
    """Come with an empty cache, and weigh what was asked for."""
    ada = await people.invite("Ada")
    create_song(ada.studio, "Something to see", "One line")
    cookies = await ada.context.cookies()
    times = []
    for _ in range(OPENINGS):
        visitor = await people.stranger()
        await visitor.context.add_cookies([{**cookie} for cookie in cookies])  # type: ignore[typeddict-item]
        await visitor.context.add_init_script(_NOTE_READY % "main a[href^='/songs/']")
        times.append(await _opening_ms(visitor, "/"))
    weight = sum(gzipped_bytes(address) for address in dict.fromkeys(visitor.watch.requested))
    await people.leave()
    return {"first_visit_ms": percentile(times, 50), "first_load_kb": weight / 1000}


async def _opening_ms(person: Person, path: str) -> float:
    """Return the milliseconds from the navigation to the frame that shows what `_NOTE_READY` waits for."""
    page: Page = await person.open(path)
    await page.wait_for_function("() => window.ready_at !== undefined")
    return float(await page.evaluate("window.ready_at"))


async def _from_library_ms(person: Person, song_id: str) -> float:
    """Return the milliseconds from the click on a song in the library to the frame in which one can type in it.

    Whoever comes to the library looks at it for a moment; meanwhile it loads the editor's code ahead.
    """
    page = await person.open("/")
    link = page.locator(f"main a[href='/songs/{song_id}']").first
    await link.wait_for()
    await page.wait_for_function(_EDITOR_IS_LOADED)
    await page.wait_for_load_state("networkidle")
    await page.evaluate("addEventListener('click', (event) => (window.clicked_at = event.timeStamp), true)")
    await link.click()
    await page.wait_for_function("() => window.ready_at !== undefined")
    return float(await page.evaluate("window.ready_at - window.clicked_at"))
