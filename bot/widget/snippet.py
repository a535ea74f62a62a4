"""What an integrator copies: the script tag, and the two lines of the site's content security policy."""

from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from bot.widget.loader import Loader
from bot.widget.model import Site


@dataclass(frozen=True, slots=True)
class Snippet:
    """Text to copy for one site."""

    tag: str
    element: str
    policy: tuple[str, str]


def snippet(site: Site, service_url: str, loader: Loader) -> Snippet:
    """What to copy for ``site``, from the service at ``service_url`` (no final slash)."""
    script = (
        f'<script src="{escape(service_url)}/widget/{loader.name}" integrity="{loader.integrity}" '
        f'crossorigin="anonymous"'
    )
    chosen = {"title": site.title, "position": site.position, "color": site.colour}
    attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in chosen.items())
    parts = urlsplit(service_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return Snippet(
        tag=f'{script} data-site="{site.id}"{attributes} defer></script>',
        element=f'{script} defer></script>\n<cybervigie-chat site="{site.id}" data-title="{escape(site.title)}">'
        "</cybervigie-chat>",
        policy=(f"script-src {origin};", f"frame-src {origin};"),
    )
