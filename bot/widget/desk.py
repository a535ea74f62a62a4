"""What the routes of the widget work with: sites in force, versions of the loader, passes of frames."""

from dataclasses import dataclass

from starlette.requests import Request

from bot.feedback import RETENTION_DAYS
from bot.settings import Settings
from bot.widget.assets import Assets
from bot.widget.loader import Loader, current, pinned
from bot.widget.model import Operator, Site
from bot.widget.opaque import Passes
from bot.widget.pages import STATIC, frame_modules
from bot.widget.sites import LOOPBACK
from bot.widget.watch import SitesInForce

_LOOPBACK = LOOPBACK | {"::1"}


@dataclass(frozen=True, slots=True)
class Widget:
    """The widget of one application; ``create_app`` makes it."""

    settings: Settings
    in_force: SitesInForce
    passes: Passes
    loader: Loader
    loaders: dict[str, Loader]
    assets: Assets
    modules: tuple[str, ...]

    @classmethod
    def open(cls, settings: Settings) -> "Widget":
        """Raises WidgetError when the file of sites cannot be offered to the public."""
        newest = current()
        loaders = dict(pinned(settings.loaders_dir, newest))
        return cls(settings, SitesInForce(settings.sites), Passes(), newest, loaders, Assets(STATIC), frame_modules())

    def serves(self, request: Request) -> bool:
        """Whether the widget is offered to whoever asks: always with a file of sites; else on this machine only.

        The demo has no operator: behind a proxy, which names another host, it does not exist.
        """
        if self.in_force.public:
            return True
        try:
            named = request.url.hostname
        except ValueError:
            # A Host header that is none, such as "[".
            return False
        return not self.settings.trusted_proxies and named in _LOOPBACK

    @property
    def sites(self) -> tuple[Site, ...]:
        """The sites in force."""
        return self.in_force.sites.sites

    @property
    def operator(self) -> Operator | None:
        """Who answers for them; None in the demo."""
        return self.in_force.sites.operator

    @property
    def feedback_days(self) -> int:
        """Days that the text of an opinion may be kept."""
        return RETENTION_DAYS if self.settings.feedback_text else 0
