"""What to say where a port cannot be listened on."""


def port_taken(variable: str, host: str, port: int, error: OSError, *, otherwise: str = "") -> str:
    """One line that names the variable; `otherwise` is what may be set besides a free port."""
    why = (error.strerror or str(error)).partition(" (")[0]
    return f"{variable}: {host}:{port} cannot be listened on ({why}): name a free port{otherwise}"
