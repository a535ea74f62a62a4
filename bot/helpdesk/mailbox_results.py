"""Whether the mail server vouches for a sender: ``Authentication-Results`` (RFC 8601) with ``dmarc=pass`` (RFC 7489).

A From is written by whoever sends. Only fields under the name of the operator's own server count, and the uppermost of
them that tells of DMARC decides: a server puts its own above what came in, and removes those that bear its name
(RFC 8601, section 5).
"""

import re

from bot.helpdesk.mailbox_fields import Fields

_FIELD = "authentication-results"
_MOST = 2_000
# Both may hold what the sender chose: a mailfrom such as "a; dmarc=pass"@evil.example.
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"|\((?:[^()\\]|\\.)*+\)')


def vouched_for(fields: Fields, server: str) -> bool:
    """Whether the server of that name found the domain of the From to be genuine; never where it is ""."""
    domain = fields.address("from").rpartition("@")[2].casefold()
    if not server or not domain:
        return False
    for field in fields.values.get(_FIELD, ()):
        told = _QUOTED.sub("", field[:_MOST])
        name, *results = (part.split() for part in told.casefold().split(";"))
        if not name or name[0] != server.casefold():
            continue
        if len(field) > _MOST or re.search(r'["()]', told):
            return False
        for result in results:
            if result and result[0].startswith("dmarc="):
                return result[0] == "dmarc=pass" and f"header.from={domain}" in result
    return False
