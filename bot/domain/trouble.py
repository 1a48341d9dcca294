"""An error for the log: what happened and where, without the error's own words, which may quote what people wrote."""

import traceback


def without_words(error: BaseException) -> list[str]:
    """The kinds and places of an error and of its causes, causes last."""
    told = [f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"]
    before = error.__cause__ or error.__context__
    return told + without_words(before) if before else told
