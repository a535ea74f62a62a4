"""What the routes of the widget work with: sites in force, versions of the loader, passes of frames."""

from dataclasses import dataclass

from starlette.requests import Request

from bot.feedback import RETENTION_DAYS
from bot.settings import Settings
from bot.widget.assets import Assets, product_files
from bot.widget.loader import Loader, current, pinned
from bot.widget.model import Operator, Site
from bot.widget.opaque import Passes
from bot.widget.sites import LOOPBACK
from bot.widget.watch import SitesInForce

_LOOPBACK = LOOPBACK | {"::1"}
# RFC 7239, RFC 9110 (7.6.3), and what proxies send that know neither.
_FORWARDED = frozenset({"forwarded", "via", "x-real-ip"})


@dataclass(frozen=True, slots=True)
class Widget:
    """The widget of one application; ``create_app`` makes it."""

    settings: Settings
    in_force: SitesInForce
    passes: Passes
    loader: Loader
    loaders: dict[str, Loader]
    assets: Assets

    @classmethod
    def open(cls, settings: Settings) -> "Widget":
        """Raises WidgetError when the file of sites cannot be offered to the public."""
        newest = current()
        loaders = dict(pinned(settings.loaders_dir, newest))
        # An operator with several instances gives them one secret already; alone, the service makes its own.
        passes = Passes(settings.pepper_file or settings.loaders_dir / "secret", create=settings.pepper_file is None)
        return cls(settings, SitesInForce(settings.sites), passes, newest, loaders, Assets(product_files()))

    def serves(self, request: Request) -> bool:
        """Whether the widget is offered to whoever asks: always with a file of sites; else on this machine only.

        The demo has no operator: behind a proxy, which names another host or says that it forwards, it does not exist.
        """
        if self.in_force.public:
            return True
        try:
            named = request.url.hostname
        except ValueError:
            # A Host header that is none, such as "[".
            return False
        forwarded = any(name in _FORWARDED or name.startswith("x-forwarded-") for name in request.headers)
        return not forwarded and not self.settings.trusted_proxies and named in _LOOPBACK

    @property
    def sites(self) -> tuple[Site, ...]:
        """The sites in force."""
        return self.in_force.sites.sites

    def site(self, site_id: str) -> Site | None:
        """The site of that id in force."""
        return self.in_force.sites.site(site_id)

    @property
    def operator(self) -> Operator | None:
        """Who answers for them; None in the demo."""
        return self.in_force.sites.operator

    @property
    def feedback_days(self) -> int:
        """Days that the text of an opinion may be kept."""
        return RETENTION_DAYS if self.settings.feedback_text else 0
