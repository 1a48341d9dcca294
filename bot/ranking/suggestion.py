"""Words to state an interest with: what is most telling of a paper."""

from collections.abc import Mapping, Sequence

from bot.ranking.bm25 import Bm25
from bot.ranking.explanation import surface_forms
from bot.ranking.generic_words import generic_stems
from bot.ranking.learned import paper_weights
from bot.ranking.terms import is_pair, text_terms


def interest_texts(title: str, abstract: str, bm25: Bm25, most: int = 3) -> list[str]:
    """Up to `most` texts of a few words, as the paper spells them, the likeliest to be an interest first.

    Two or three neighbouring words of the title, of those the most telling; a pair that the abstract repeats; the two
    most telling words. None has a word that papers on any subject are written with.
    """
    weights = paper_weights(title, abstract, bm25)
    text = f"{abstract}\n\n{title}"
    forms = surface_forms(weights, text)
    telling = sorted((term for term in weights if term in forms), key=lambda term: (-weights[term], term))
    single = [term for term in telling if not is_pair(term)][:2]
    # Of two words with a stop word between them ("bias in recommendation") no interest is made: it would read oddly.
    plain = text.casefold()
    pairs = [
        term
        for term in telling
        if is_pair(term) and forms[term].casefold() in plain and not generic_stems() & set(term.split())
    ]
    in_title, in_abstract = text_terms(title), text_terms(abstract)
    of_title = [term for term in pairs if term in in_title]
    repeated = [term for term in pairs if in_abstract[term] > 1]
    texts = [_longer(term, of_title, forms, plain) for term in [*of_title[:1], *repeated[:1], *of_title[1:2]]]
    texts.append(" ".join(dict.fromkeys(forms[term] for term in single)))
    return [some for some in dict.fromkeys(texts) if some][:most]


def _longer(pair: str, others: Sequence[str], forms: Mapping[str, str], plain: str) -> str:
    """A pair as it is written, with the word after it or before it that makes a pair with its end ("graph neural"
    with "neural network") where the text has the three so."""
    first, last = pair.split()
    for other in others:
        before, after = other.split()
        if before == last:
            three = f"{forms[pair]} {forms[other].split()[-1]}"
        elif after == first:
            three = f"{forms[other].split()[0]} {forms[pair]}"
        else:
            continue
        if three.casefold() in plain:
            return three
    return forms[pair]
