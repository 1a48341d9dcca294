"""What to say where a port cannot be listened on."""

import errno
import socket

_NOT_HERE = {errno.EADDRNOTAVAIL, socket.EAI_NONAME, socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_FAMILY}
"""The library wraps what a look-up raises as any other OSError: what is left of it is the number."""


def port_taken(variable: str, host: str, port: int, error: OSError, *, otherwise: str = "") -> str:
    """One line that names the variable whose fault it is: that of the port (`variable`, PAPERBOY_..._PORT), or
    PAPERBOY_..._HOST where that is no address of this machine. `otherwise` is what may be set besides a free port."""
    why = (error.strerror or str(error)).partition(" (")[0]
    if error.errno in _NOT_HERE:
        wrong = variable.removesuffix("_PORT") + "_HOST"
        return f"{wrong}: {host} is no address of this machine ({why}): name one that is, such as 127.0.0.1"
    return f"{variable}: {host}:{port} cannot be listened on ({why}): name a free port{otherwise}"
