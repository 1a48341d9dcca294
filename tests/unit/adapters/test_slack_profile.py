"""Who is a member of a workspace, by what Slack says of them."""

from typing import Any

import pytest

from adapters.slack.profile import is_member


@pytest.mark.parametrize(
    ("user", "member"),
    [
        ({"team_id": "T1"}, True),
        ({"team_id": "T1", "is_restricted": True}, False),
        ({"team_id": "T1", "is_ultra_restricted": True}, False),
        ({"team_id": "T2"}, False),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T1", "T2"]}}, True),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T3"]}}, False),
        ({}, False),
    ],
)
def test_a_member_is_of_this_workspace_and_no_guest(user: dict[str, Any], member: bool) -> None:
    assert is_member(user, "T1") is member
