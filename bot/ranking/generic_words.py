"""Words that papers on any subject are written with: they tell how an abstract reads, not what it is about."""

from functools import cache

from bot.ranking.terms import words

_WORDS = """
accordingly achieve additional additionally address advance aim allow although approach aspect available best better
challenge commonly compelling comprehensive conduct consequently considerable contribute contribution crucial
currently demonstrate despite develop different difficult direct discuss effective effectively emphasize enable
enhance essential evaluate examine existing extensive facilitate finding first focus furthermore give good great help
high highlight highly however impact important impressive improve improvement include increasingly insight interesting
introduce investigate issue key lack leverage main mainly make meanwhile method motivate need new notably novel
numerous observe obtain offer outperform overcome paper particular particularly perform performance popular potential
potentially present previous previously primarily promising propose provide purpose recent recently remain remarkable
report require respectively result reveal shed show significant significantly simple simply specifically state study
substantial substantially success successful successfully suggest superior take tend thorough thoroughly try turn
typically unique use useful utilize validate various vast verify want wide widely work
"""


@cache
def generic_stems() -> frozenset[str]:
    """The stems of these words. Nothing is learned from them; pairs with them stay, since rankings for real readers
    are no better without those.
    """
    return frozenset(words(_WORDS))
