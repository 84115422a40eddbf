"""The SOCKS proxy that the environment names, for those who speak HTTP through aiohttp.

aiohttp finds HTTP proxies in the environment by itself and knows no others.
"""

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

SOCKS = ("socks4", "socks5", "socks5h")
"""Kinds of proxies, as the address of one begins."""


def proxy_failures() -> tuple[type[Exception], ...]:
    """What is raised where a SOCKS proxy does not do its part; aiohttp's own errors are others."""
    from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

    return (ProxyError, ProxyConnectionError, ProxyTimeoutError)


def socks_for(url: str) -> str | None:
    """The SOCKS proxy for this address; None for no proxy or one of another kind.

    From HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, unless NO_PROXY names the host. Through SOCKS 5 names are
    looked up by the proxy: where an exchange is blocked its name may be, too.
    """
    asked, proxies = urlsplit(url), getproxies()
    proxy = proxies.get(asked.scheme) or proxies.get("all") or ""
    if urlsplit(proxy).scheme not in SOCKS or proxy_bypass(asked.hostname or ""):
        return None
    return proxy.replace("socks5://", "socks5h://", 1)
