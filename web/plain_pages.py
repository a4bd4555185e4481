"""Pages that the server makes itself, for people who have no client yet: signing in, and what is missing.

They look like the client's screens: the same colours, letters and measures as `web/client/src/ui/tokens.css`, in both
themes and on a phone. No script, one style in the page, and a policy that allows nothing else.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from http import HTTPStatus
from typing import Final

from starlette.responses import HTMLResponse

STYLE: Final = """
:root{color-scheme:light;--paper:#f5f3ee;--surface:#fffefb;--line:#e0dcd2;--text:#1d1b17;--text-muted:#5e5a51;
--sunken:#eeebe3;--accent:#0b6b74;--accent-hover:#095860;--on-accent:#ffffff;
--shadow-high:0 12px 32px rgb(29 27 23 / 16%), 0 2px 6px rgb(29 27 23 / 8%)}
@media (prefers-color-scheme:dark){:root{color-scheme:dark;--paper:#131216;--surface:#1b1a1f;--line:#34323a;
--text:#f1eff5;--text-muted:#b4b0bd;--sunken:#0e0d10;--accent:#5cc7d0;--accent-hover:#7fd6dd;--on-accent:#05282b;
--shadow-high:0 16px 40px rgb(0 0 0 / 55%), 0 2px 6px rgb(0 0 0 / 40%)}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:grid;place-items:center;padding:24px 16px;
background:var(--paper);color:var(--text);
font:0.9375rem/1.55 system-ui,-apple-system,"Segoe UI","Noto Sans","Helvetica Neue",Arial,sans-serif}
main{width:min(28rem,100%);padding:32px;background:var(--surface);border:1px solid var(--line);border-radius:14px;
box-shadow:var(--shadow-high);overflow-wrap:anywhere}
.brand{display:flex;align-items:center;gap:8px;margin:0 0 24px;color:var(--text-muted);font-weight:550}
.brand svg{width:28px;height:28px;flex:none}
.brand rect{fill:var(--accent)}.brand path{fill:none;stroke:var(--on-accent);stroke-width:2.6;stroke-linecap:round}
h1{margin:0 0 12px;font-size:1.5rem;line-height:1.25;font-weight:650}
p{margin:0 0 16px}
main>:last-child{margin-bottom:0}
.quiet{color:var(--text-muted);font-size:0.8125rem}
code{padding:1px 5px;border-radius:6px;background:var(--sunken);
font:0.875em ui-monospace,"SF Mono","Cascadia Mono","Noto Sans Mono","DejaVu Sans Mono",monospace}
form{margin:24px 0}
button,.button{display:flex;align-items:center;justify-content:center;width:100%;min-height:44px;padding:8px 16px;
border:0;border-radius:6px;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:550;
text-decoration:none;cursor:pointer}
button:hover,.button:hover{background:var(--accent-hover)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media (max-width:30rem){body{place-items:start center;padding:16px}main{padding:24px 16px}}
""".strip()
STYLE_HASH: Final = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
#: The mark of the client, in the colours of the theme: two voices, one against the other.
MARK: Final = (
    '<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8"/>'
    '<path d="M7 12c4.500-5 9-5 9 0s4.500 5 9 0"/><path d="M7 20c4.500 5 9 5 9 0s4.500-5 9 0"/></svg>'
)


def plain_page(title: str, body: str, *, status: HTTPStatus = HTTPStatus.OK) -> HTMLResponse:
    """Return a page. The title is text; the body is HTML, in which everything from outside is escaped already."""
    heading = escape(title)
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{heading} · Counterpoint</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">'
        '<link rel="icon" href="/icon.svg" type="image/svg+xml">'
        f'<style>{STYLE}</style></head><body><main><p class="brand">{MARK}Counterpoint</p>'
        f"<h1>{heading}</h1>{body}</main></body></html>",
        status,
        headers={"Content-Security-Policy": POLICY},
    )
