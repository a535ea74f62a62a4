"""``kill -9`` of a crawl at random moments, fifty in the long run: the same command resumes, to the same store."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from .replica import cyber, libertes, stored
from .replica.server import ReplicaServer
from .replica.terminal import Terminal, Workplace

KILLS_A_STORE = 10
PAUSE = 0.005


@pytest.mark.parametrize("kills", [10, pytest.param(50, marks=pytest.mark.long)])
def test_killed_at_random_moments(terminal: Terminal, tmp_path: Path, kills: int) -> None:
    chance = random.Random(20261125)
    sources = [libertes.replica(), cyber.replica()]
    sites = [site for source in sources for site in source.sites]
    blocks = [source.block for source in sources]
    with ReplicaServer(sites) as server:
        place = Workplace(terminal, server, tmp_path / "undisturbed", blocks, gap=PAUSE)
        undisturbed = place.crawl()
        assert undisturbed.code == 0, undisturbed.err
        expected = stored.image(place.data)
        requests = Counter(one.url for one in server.since())
        summaries = {source.id: undisturbed.summary(source.id) for source in sources}
        assert set(requests.values()) == {1}
        # Ten kills are to be spread over the length of a run.
        span = 2 * (time.monotonic() - server.since()[0].started) / KILLS_A_STORE

        killed, store = 0, 0
        while killed < kills:
            store += 1
            assert store < 50, "crawls end before they can be killed"
            place = Workplace(terminal, server, tmp_path / f"killed-{store}", blocks, gap=PAUSE)
            mark, here = server.mark(), 0
            while here < KILLS_A_STORE and killed < kills and not stored.ended(place.data):
                before, running = server.mark(), place.begin("crawl")
                # Most of the time a run gets further than the one before it; sometimes it is killed while it starts.
                starting = chance.random() < 0.1
                while not starting and server.mark() == before and running.alive:
                    time.sleep(0.005)
                time.sleep(chance.uniform(0, span))
                running.kill()
                if running.wait().code < 0:
                    killed, here = killed + 1, here + 1
            if not stored.ended(place.data):
                last = place.crawl()
                assert last.code == 0, last.err
                for source, summary in summaries.items():
                    resumed = last.summary(source)
                    for name in ("added", "gone", "refused", "moved", "duplicates", "documents"):
                        assert resumed[name] == summary[name], name
            assert stored.image(place.data) == expected
            again = Counter(one.url for one in server.since(mark))
            assert set(again) == set(requests)
            # Only what was under way when the crawl was killed is asked for again: one request a host.
            assert sum(again.values()) - len(again) <= here * len(sites)
        assert killed == kills
