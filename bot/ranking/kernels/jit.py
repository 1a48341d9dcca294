"""How every kernel is compiled: once a machine, without Python's lock, with the arithmetic left as it is written."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., object])


_OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy", "_nrt": False}


def compiled(function: Function) -> Function:
    """Not `fastmath`: the sums of bot.ranking.kernels.sums rely on every rounding.

    What is compiled makes no arrays: so no references to those it is handed are counted (`_nrt`), which would cost two
    atomic operations for every array and call, many times more than what is done with it.
    """
    return cast(Function, numba.njit(**_OPTIONS)(function))


def inlined(function: Function) -> Function:
    """As `compiled`, and part of whatever calls it."""
    return cast(Function, numba.njit(**_OPTIONS, forceinline=True)(function))


@inlined
def integer(value: Any) -> int:
    """A number as int64: compiled code would make a float of a sum of signed and unsigned ones."""
    return np.int64(value)  # type: ignore[return-value]
