"""What people wrote, out of what Slack makes of it."""

import pytest

from adapters.slack.reading import typed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<@UBOT> recommend 5 state space models", "recommend 5 state space models"),
        ("<@UBOT|paperboy>  help", "help"),
        ("hello <@UBOT>", "hello"),
        ("follow <@U2> and <@U3|ben>", "follow @U2 and @ben"),
        ("paper <https://arxiv.org/abs/2603.00001>", "paper https://arxiv.org/abs/2603.00001"),
        ("paper <https://arxiv.org/abs/2603.00001|arxiv.org/abs/2603.00001>", "paper https://arxiv.org/abs/2603.00001"),
        ("paper <http://arxiv.org/abs/2603.00001|arxiv.org/abs/2603.00001>", "paper http://arxiv.org/abs/2603.00001"),
        ("interests category <http://cs.AI|cs.AI>, cs.LG", "interests category cs.AI, cs.LG"),
        ("search cat:<http://math.GT|math.GT> since:2026", "search cat:math.GT since:2026"),
        ("see <http://evil.test|cs.AI>", "see http://evil.test"),
        ("write <mailto:ada@example.test|ada@example.test>", "write ada@example.test"),
        ("in <#C1|papers> and <#C2>", "in #papers and #C2"),
        ("digest subscribe <!here> 9", "digest subscribe here 9"),
        ("<!subteam^S1|@readers> <!date^1^x|then>", "readers then"),
        ("search a &lt; b &amp;&amp; c", "search a < b && c"),
        ("search “flow matching”", 'search "flow matching"'),
        ("`recommend 5`", "recommend 5"),
        ("&lt;@UBOT&gt;", "<@UBOT>"),
        ("", ""),
    ],
)
def test_text_is_read_as_it_was_typed(text: str, said: str) -> None:
    assert typed(text, "UBOT") == said
