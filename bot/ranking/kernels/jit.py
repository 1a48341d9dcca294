"""How every kernel is compiled: once a machine, without Python's lock, with the arithmetic left as it is written."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Not `fastmath`: the sums of bot.ranking.kernels.sums rely on every rounding."""
    return cast(Function, numba.njit(nogil=True, cache=True, error_model="numpy")(function))


def inlined(function: Function) -> Function:
    """As `compiled`, and part of whatever calls it: a call costs two atomic operations for every array handed over."""
    return cast(Function, numba.njit(nogil=True, cache=True, error_model="numpy", forceinline=True)(function))


@inlined
def integer(value: Any) -> int:
    """A number as int64: compiled code would make a float of a sum of signed and unsigned ones."""
    return np.int64(value)  # type: ignore[return-value]
