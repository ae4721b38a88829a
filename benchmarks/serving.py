"""What benchmarks that start a server share."""

import socket
import time


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def wait(port: int, seconds: float = 150) -> None:
    """Until something listens on a port. Ends the benchmark if nothing comes."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as there:
            if there.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"nothing listens on {port}")
