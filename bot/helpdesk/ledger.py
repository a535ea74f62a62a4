"""What the file of the outbox remembers besides jobs: signed calls that were taken, and agents' verdicts."""

from collections.abc import Callable

from bot.helpdesk.outbox_tables import Tables


class Ledger:
    """Notes beside the jobs. Every method raises OutboxUnavailable."""

    def __init__(self, tables: Tables, clock: Callable[[], float]) -> None:
        self._tables = tables
        self._clock = clock

    def seen(self, desk: str, delivery: str) -> bool:
        """Whether a signed call of that id was taken before."""
        with self._tables.transaction() as db:
            return (
                db.execute("SELECT 1 FROM deliveries WHERE desk = ? AND id = ?", (desk, delivery)).fetchone()
                is not None
            )

    def note(self, desk: str, delivery: str) -> None:
        """Note that a signed call was taken."""
        with self._tables.transaction() as db:
            db.execute("INSERT OR IGNORE INTO deliveries VALUES (?, ?, ?)", (desk, delivery, self._clock()))

    def judge(self, key: str, verdict: str, day: str) -> bool:
        """Note an agent's verdict on a draft; a later one replaces it. True when it is the first of this key."""
        with self._tables.transaction() as db:
            first = db.execute("SELECT 1 FROM verdicts WHERE key = ?", (key,)).fetchone() is None
            db.execute(
                "INSERT OR REPLACE INTO verdicts SELECT key, desk, ?, ?, status FROM jobs WHERE key = ?",
                (day, verdict, key),
            )
        return first

    def verdicts(self) -> dict[tuple[str, str], int]:
        """How many verdicts, by desk and verdict."""
        with self._tables.transaction() as db:
            rows = db.execute("SELECT desk, verdict, count(*) AS n FROM verdicts GROUP BY desk, verdict").fetchall()
        return {(row["desk"], row["verdict"]): row["n"] for row in rows}
