"""arXiv's subject classes (https://arxiv.org/category_taxonomy) and the archives they belong to."""

_SUBJECTS = {
    "astro-ph": "CO EP GA HE IM SR",
    "cond-mat": "dis-nn mes-hall mtrl-sci other quant-gas soft stat-mech str-el supr-con",
    "cs": """AI AR CC CE CG CL CR CV CY DB DC DL DM DS ET FL GL GR GT HC IR IT LG LO MA MM MS NA NE NI OH OS PF PL RO
    SC SD SE SI SY""",
    "econ": "EM GN TH",
    "eess": "AS IV SP SY",
    "gr-qc": "",
    "hep-ex": "",
    "hep-lat": "",
    "hep-ph": "",
    "hep-th": "",
    "math": "AC AG AP AT CA CO CT CV DG DS FA GM GN GR GT HO IT KT LO MG MP NA NT OA OC PR QA RA RT SG SP ST",
    "math-ph": "",
    "nlin": "AO CD CG PS SI",
    "nucl-ex": "",
    "nucl-th": "",
    "physics": """acc-ph ao-ph app-ph atm-clus atom-ph bio-ph chem-ph class-ph comp-ph data-an ed-ph flu-dyn gen-ph
    geo-ph hist-ph ins-det med-ph optics plasm-ph pop-ph soc-ph space-ph""",
    "q-bio": "BM CB GN MN NC OT PE QM SC TO",
    "q-fin": "CP EC GN MF PM PR RM ST TR",
    "quant-ph": "",
    "stat": "AP CO ME ML OT TH",
}
ARCHIVES = frozenset(_SUBJECTS)
CATEGORIES = ARCHIVES | {f"{archive}.{subject}" for archive, names in _SUBJECTS.items() for subject in names.split()}
"""Every subject class, and the bare archives: `cs` is all of computer science."""

_BY_FOLDED = {category.casefold(): category for category in CATEGORIES}


def normalise_category(text: str) -> str:
    """`CS.lg` -> `cs.LG`, `astro-ph.co` -> `astro-ph.CO`, `physics.Soc-Ph` -> `physics.soc-ph`, else empty."""
    return _BY_FOLDED.get(text.casefold(), "") if text.isascii() else ""
