"""Who may ask for anything: browsers on this machine that have the page itself open, and no other site.

Another site in the same browser could send requests to a port of this machine, or have its own name point
here. The first is refused by its Origin, the second by its Host. The policy below keeps the page from loading
anything that is not its own, and from running anything that is not in one of its files.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
"""What the page may be called in an address."""
SAFE = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def refusal(method: str, host: str, origin: str | None, site: str | None, port: int) -> str | None:
    """Why a request is not answered; None where it is.

    host, origin, site: its headers Host, Origin and Sec-Fetch-Site, as far as it has them.
    """
    if host not in {f"{name}:{port}" for name in NAMES}:
        return "This page is on this machine alone."
    if method not in SAFE and origin != f"http://{host}":
        return "Only the page itself may ask for that."
    if origin is not None and origin != f"http://{host}":
        return "No other page may ask for that."
    if site is not None and site not in ("same-origin", "none"):
        return "No other page may ask for that."
    return None


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses requests of others."""
    socket = request.transport.get_extra_info("sockname") if request.transport else None
    headers = request.headers
    why = refusal(
        request.method,
        headers.get("Host", ""),
        headers.get("Origin"),
        headers.get("Sec-Fetch-Site"),
        socket[1] if socket else 0,
    )
    # A link on another page may open ours; what it opens changes nothing, and shows them nothing.
    opened = request.method == "GET" and headers.get("Sec-Fetch-Mode") == "navigate"
    if why is not None and not (opened and "Origin" not in headers and why.startswith("No other")):
        raise web.HTTPForbidden(text=why)
    return await handler(request)


async def protect(_request: web.Request, response: web.StreamResponse) -> None:
    """Gives every response its headers."""
    for name, value in HEADERS.items():
        response.headers[name] = value
