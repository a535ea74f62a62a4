"""Naming a system so that a run is never continued with another one."""

import hashlib
import json
from collections.abc import Mapping

from evals.model import SystemInfo

PROMISE = "promise_"
"""Begins the names of ``SystemInfo.details`` that hold what a system says of itself."""
PROMISED = tuple(f"{code}{end}" for code in ("false_answer_rate", "over_refusal_rate") for end in ("", "_low", "_high"))
"""What ``/v1/meta`` promises, of what is measured here: rates and the ends of their intervals."""


def promised(promise: Mapping[str, float]) -> dict[str, str]:
    """The details that tell a promise."""
    return {f"{PROMISE}{name}": str(promise[name]) for name in PROMISED if name in promise}


def system_info(
    kind: str, name: str, *, identity: Mapping[str, str], details: Mapping[str, str] | None = None
) -> SystemInfo:
    """The description of a system; its digest covers ``kind`` and ``identity``."""
    content = json.dumps([kind, dict(identity)], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(content.encode()).hexdigest()
    return SystemInfo(kind, name, digest, identity=dict(identity), details=dict(details or {}))
