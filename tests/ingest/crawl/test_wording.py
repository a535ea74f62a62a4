"""French words for codes."""

from ingest.crawl.wording import cure_words, error_words, gone_words, refused_words, version_words
from ingest.typography import slips


def test_every_code_has_words() -> None:
    codes = ["404", "410", "soft_404", "dropped", "noindex", "moved_outside"]
    assert all("motif" not in gone_words(code) for code in codes)
    refused = ["robots", "noindex", "nosnippet", "javascript", "format", "no_text", "limit", "access", "language"]
    refused += ["trap", "excluded", "pages", "depth", "redirects", "canonical", "parse", "robots_unreachable"]
    assert all("motif" not in refused_words(code) for code in refused)
    errors = ["address", "dns", "connect", "tls", "timeout", "too_large", "ratio", "encoding", "protocol", "truncated"]
    errors += ["unreachable", "robots_unreachable", "retry_after", "internal", "parse", "500", "503", "418"]
    for code in errors:
        assert "motif" not in error_words(code)
        assert cure_words(code)
        assert list(slips(error_words(code) + cure_words(code))) == []
    assert error_words("nouveau") == refused_words("nouveau") == gone_words("nouveau") == version_words("nouveau")
    assert version_words("nouveau") == "motif «\u00a0nouveau\u00a0»"
