"""The path by which routes are chosen: the one question that every layer must answer alike.

Behind a prefix (``uvicorn --root-path``, an application mounted in another) ASGI's ``path`` begins with ``root_path``,
which the router takes off. A layer that compared ``path`` itself would let ``/prefix/v1/ask`` pass for another address.
"""

from starlette.types import Scope


def route_path(scope: Scope) -> str:
    """``path`` without ``root_path``, as Starlette's router sees it."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    if not root or not path.startswith(root):
        return path
    rest = path[len(root) :]
    return rest if not rest or rest.startswith("/") else path
