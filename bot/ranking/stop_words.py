"""English function words: they say nothing of a paper's subject."""

_WORDS = """
a about above across after again against al all almost along already also although always am among an and another any
anyone anything are aren around as at away be became because become becomes been before being below between both but
by can cannot could couldn did didn do does doesn doing don done down due during each eg either else especially et etc
even ever every everyone everything ex few for from further furthermore had has hasn have haven having he hence her
here hers herself him himself his how however i ie if in indeed instead into is isn it its itself just least less let
like likely ll many may me might mine more moreover most mostly much must my myself namely near neither never
nevertheless no nobody none nor not nothing now nowhere of off often on once one only onto or other others otherwise
our ours ourselves out over own per perhaps please quite rather re really same seem seems several shall she should
shouldn since so some somehow someone something sometimes somewhat still such than that the their theirs them
themselves then there thereby therefore these they this those though through throughout thus to together too toward
towards under unless until up upon us usually ve very via vs was wasn we well were weren what whatever when whenever
where whereas wherein whether which while who whoever whole whom whose why will with within without won would wouldn
yes yet you your yours yourself
"""

FUNCTION_WORDS = frozenset(_WORDS.split())
