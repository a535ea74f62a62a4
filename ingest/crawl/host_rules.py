"""robots.txt of a source's hosts, before anything else is asked of them (RFC 9309)."""

from urllib.parse import urlsplit

from ingest.crawl.admission import MAX_HOPS
from ingest.crawl.desk import Desk
from ingest.crawl.lanes import Lane
from ingest.crawl.model import FetchRequest, HostRecord, Purpose, Response, SourceSummary
from ingest.crawl.pace import STANDARD_GAP_S
from ingest.crawl.robots import Robots, fresh, is_page, renewed
from ingest.crawl.steps import MAX_RETRIES, Steps, ask, back_off
from ingest.crawl.visit import Body, Busy, Failed, Moved, meaning
from ingest.manifest import Source

_UNREACHABLE = 0
_UNAVAILABLE = 404


def read_rules(desk: Desk, lane: Lane, source: Source, summary: SourceSummary) -> Steps[None]:
    """Fill ``lane.rules`` for the source's hosts, asking those whose robots.txt is not known or a day old.

    A host of which nobody can say what may be read is left for this run.
    """
    for host in source.hosts:
        if source.limits.min_delay_s > STANDARD_GAP_S:
            desk.pace.slow_down(host, source.limits.min_delay_s)
        if host in lane.rules or desk.pace.left(host):
            continue
        record = desk.pace.record(host)
        if record.robots_status is None or not fresh(record.robots_at, desk.clock.now()):
            yield from _ask_host(desk, source, host, summary)
            record = desk.pace.record(host)
        rules = lane.rules[host] = Robots(record.robots_status, record.robots_body)
        desk.pace.slow_down(host, rules.crawl_delay())
        if not rules.reachable:
            desk.pace.leave(host, "robots_unreachable")


def _ask_host(desk: Desk, source: Source, host: str, summary: SourceSummary) -> Steps[None]:
    """Ask for a host's robots.txt, through redirects that stay on the source's hosts, and remember what came of it."""
    home = url = f"https://{host}/robots.txt"
    hops = attempts = 0
    status, body, failure = _UNREACHABLE, b"", ""
    while True:
        asked = urlsplit(url).hostname or ""
        reply = yield from ask(summary, FetchRequest(url, Purpose.ROBOTS, frozenset(source.hosts)))
        what = meaning(reply, url=url, conditional=False, now=desk.clock.now())
        status = reply.status if isinstance(reply, Response) else _UNREACHABLE
        if isinstance(what, Busy | Failed) and (isinstance(what, Busy) or what.retryable):
            if isinstance(what, Busy):
                desk.pace.refused(asked, what.seconds)
            else:
                desk.pace.failed(asked, again=attempts > 0)
                back_off(desk.pace, asked, url, attempts)
            attempts += 1
            if attempts <= MAX_RETRIES and not desk.pace.left(asked):
                continue
            failure = what.code
        else:
            desk.pace.succeeded(asked)
        if isinstance(what, Body):
            body = what.response.body
            if is_page(body) and _has_rules(desk.pace.record(host)):
                # A login or a maintenance page for a day must not lift the rules that are known.
                status, body, failure = _UNREACHABLE, b"", "format"
        elif isinstance(what, Moved):
            hops += 1
            target = what.target
            # RFC 9309, 2.3.1.2: rules that five redirects do not lead to count as absent. Those that another site would
            # tell count as untold: that site is not one that may be asked.
            if target is None or urlsplit(target).hostname not in source.hosts:
                status, failure = _UNREACHABLE, "redirects"
            elif hops > MAX_HOPS:
                status = _UNAVAILABLE
            elif not desk.pace.left(urlsplit(target).hostname or ""):
                url = target
                continue
            else:
                status, failure = _UNREACHABLE, "unreachable"
        break
    if isinstance(what, Failed) and not isinstance(reply, Response):
        failure = failure or what.code
    with desk.state.transaction():
        desk.pace.remember(renewed(desk.pace.record(host), status, body, desk.clock.now()))
        if failure:
            summary.errors.append((home, failure))
        desk.state.save_source(desk.run, summary)


def _has_rules(record: HostRecord) -> bool:
    """Whether rules of the host are known; a page that was once taken for none, and still comes, is none."""
    return record.robots_status in range(200, 300) and not is_page(record.robots_body or b"")
