"""The only door to the network: names, TCP connections, and whom TLS trusts. Neither proxies nor the environment are
read."""

import queue
import socket
import ssl
import threading

import certifi

PORT = 443


class SystemResolver:
    """The machine's own resolution of names."""

    def resolve(self, host: str, *, timeout: float) -> list[str]:
        """Every address of ``host``. Raises OSError when the name is unknown, TimeoutError after ``timeout`` seconds.

        getaddrinfo cannot be interrupted: it runs in a thread that is left behind, and ends by itself.
        """
        outcome: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
                outcome.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))
            except OSError as error:
                outcome.put(error)
            except UnicodeError as error:
                outcome.put(OSError(str(error)))

        threading.Thread(target=look_up, name=f"dns {host}", daemon=True).start()
        try:
            answer = outcome.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError(f"no answer after {timeout:g} s") from None
        if isinstance(answer, OSError):
            raise answer
        return answer


class SystemDialer:
    """TCP connections of the machine."""

    def dial(self, address: str, port: int, *, timeout: float) -> socket.socket:
        """A connected socket; ``address`` is numeric, so that nothing is resolved here. Raises OSError."""
        dialled = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            dialled.settimeout(timeout)
            dialled.connect((address, port))
            dialled.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            dialled.close()
            raise
        return dialled


def public_tls() -> ssl.SSLContext:
    """TLS 1.2 or later, certificates checked against certifi's authorities, whatever the environment says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(certifi.where())
    return context
