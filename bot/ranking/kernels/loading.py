"""The one way to the compiled code: numba is imported here, when it is first needed, and told where to cache."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Kernels:
    """`rank_range` of bot.ranking.kernels.ranking and `stated_terms` of bot.ranking.kernels.vectors, compiled;
    `make_work` makes room for the first."""

    rank_range: Callable[..., None]
    stated_terms: Callable[..., int]
    make_work: Callable[..., Any]


@cache
def load_kernels(folder: Path) -> Kernels:
    """Compiled on the first call of each, or read from `folder`; the first folder that a process names counts.

    numba notices a change of the file that a function stands in, not of those that it calls: every version of the
    kernels has a folder of its own.
    """
    import numba

    sources = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    vars(numba.config)["CACHE_DIR"] = str(folder / f"kernels-{zlib.crc32(sources):08x}")
    from bot.ranking.kernels.ranking import make_work, rank_range
    from bot.ranking.kernels.vectors import stated_terms

    return Kernels(rank_range, stated_terms, make_work)
