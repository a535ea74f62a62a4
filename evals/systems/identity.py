"""Naming a system so that a run is never continued with another one."""

import hashlib
import json
from collections.abc import Mapping

from evals.model import SystemInfo


def system_info(
    kind: str, name: str, *, identity: Mapping[str, str], details: Mapping[str, str] | None = None
) -> SystemInfo:
    """The description of a system; its digest covers ``kind`` and ``identity``."""
    content = json.dumps([kind, dict(identity)], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(content.encode()).hexdigest()
    return SystemInfo(kind, name, digest, identity=dict(identity), details=dict(details or {}))
