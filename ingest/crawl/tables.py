"""The tables of the crawler, in the database of the document store; made when they are first needed."""

STATE = (
    """CREATE TABLE IF NOT EXISTS crawl_runs (
    run INTEGER PRIMARY KEY AUTOINCREMENT,
    open INTEGER NOT NULL,
    sources BLOB NOT NULL,
    summary BLOB NOT NULL
) STRICT""",
    # place: that of the source in the run. visited_at: when the run was done with the whole of it, NULL: it was not.
    """CREATE TABLE IF NOT EXISTS crawl_summaries (
    run INTEGER NOT NULL,
    source TEXT NOT NULL,
    place INTEGER NOT NULL,
    visited_at TEXT,
    summary BLOB NOT NULL,
    PRIMARY KEY (run, source)
) STRICT""",
    "CREATE INDEX IF NOT EXISTS crawl_summaries_source ON crawl_summaries (source, run)",
    # page: 0 for robots.txt and sitemaps, 1 for pages.
    """CREATE TABLE IF NOT EXISTS crawl_frontier (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL,
    url TEXT NOT NULL,
    source TEXT NOT NULL,
    page INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    task BLOB NOT NULL,
    UNIQUE (run, url)
) STRICT""",
    """CREATE TABLE IF NOT EXISTS crawl_pages (
    url TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    record BLOB NOT NULL
) STRICT""",
    "CREATE INDEX IF NOT EXISTS crawl_pages_source ON crawl_pages (source)",
    # A site's pages mostly link to the same addresses: written once, they take a tenth of the place.
    "CREATE TABLE IF NOT EXISTS crawl_addresses (number INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE) STRICT",
    """CREATE TABLE IF NOT EXISTS crawl_links (
    page INTEGER NOT NULL,
    place INTEGER NOT NULL,
    target INTEGER NOT NULL,
    PRIMARY KEY (page, place)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS crawl_links_target ON crawl_links (target)",
    """CREATE TABLE IF NOT EXISTS crawl_listed (
    sitemap INTEGER NOT NULL,
    target INTEGER NOT NULL,
    PRIMARY KEY (target, sitemap)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS crawl_listed_sitemap ON crawl_listed (sitemap)",
    """CREATE TABLE IF NOT EXISTS crawl_hosts (
    host TEXT PRIMARY KEY,
    last_request_at REAL NOT NULL,
    not_before REAL NOT NULL
) STRICT""",
    # Apart: written once a day, where the line above is written before each request.
    """CREATE TABLE IF NOT EXISTS crawl_robots (
    host TEXT PRIMARY KEY,
    status INTEGER,
    read_at REAL NOT NULL,
    body BLOB
) STRICT""",
)
HOLDINGS = (
    # Every text that the library, what is staged or an earlier version refers to; packed JSON of the document.
    # passages: 16 bytes for each passage. dated: the document's own date, "" unknown.
    """CREATE TABLE IF NOT EXISTS crawl_bodies (
    body INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL,
    title TEXT NOT NULL,
    dated TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    passages BLOB NOT NULL,
    packed BLOB NOT NULL
) STRICT""",
    "CREATE INDEX IF NOT EXISTS crawl_bodies_document ON crawl_bodies (document_id)",
    # The library: every crawled document, those with the text of another address included.
    """CREATE TABLE IF NOT EXISTS crawl_documents (
    url TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    body INTEGER NOT NULL,
    newest TEXT NOT NULL
) STRICT""",
    "CREATE INDEX IF NOT EXISTS crawl_documents_source ON crawl_documents (source)",
    # What a source's visit found; body NULL: a removal. moved_to: the address that the document gives way to.
    """CREATE TABLE IF NOT EXISTS crawl_staged (
    url TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    run INTEGER NOT NULL,
    body INTEGER,
    newest TEXT NOT NULL,
    reason TEXT NOT NULL,
    moved_to TEXT
) STRICT""",
    "CREATE INDEX IF NOT EXISTS crawl_staged_source ON crawl_staged (source)",
    """CREATE TABLE IF NOT EXISTS crawl_held (
    source TEXT PRIMARY KEY,
    run INTEGER NOT NULL,
    since TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT""",
    # What an address must not bring back: contents that a person rejected; "" and "" for its removal.
    """CREATE TABLE IF NOT EXISTS crawl_rejected (
    url TEXT NOT NULL,
    document_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (url, document_id)
) STRICT""",
    "CREATE TABLE IF NOT EXISTS crawl_excluded (url TEXT PRIMARY KEY, since TEXT NOT NULL) STRICT",
    # The undo log: before change number seq, the address held body (NULL: nothing).
    """CREATE TABLE IF NOT EXISTS crawl_versions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL,
    source TEXT NOT NULL,
    body INTEGER,
    newest TEXT NOT NULL,
    run INTEGER NOT NULL,
    until TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT""",
    "CREATE INDEX IF NOT EXISTS crawl_versions_url ON crawl_versions (url, seq)",
    "CREATE INDEX IF NOT EXISTS crawl_versions_source ON crawl_versions (source, seq)",
    # seq: the last change made when the run was done with the source.
    """CREATE TABLE IF NOT EXISTS crawl_marks (
    source TEXT NOT NULL,
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (source, run)
) STRICT""",
    # seq: the last change of the source that can no longer be undone.
    "CREATE TABLE IF NOT EXISTS crawl_pruned (source TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT",
    # What a source held at some moments: 16 bytes for each passage.
    """CREATE TABLE IF NOT EXISTS crawl_baselines (
    source TEXT NOT NULL,
    taken TEXT NOT NULL,
    passages BLOB NOT NULL,
    PRIMARY KEY (source, taken)
) STRICT, WITHOUT ROWID""",
)
DECISIONS = (
    # run: the one that a rollback went back to.
    """CREATE TABLE IF NOT EXISTS crawl_decisions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    source TEXT NOT NULL,
    verb TEXT NOT NULL,
    changes INTEGER NOT NULL,
    run INTEGER
) STRICT""",
)
