"""What a memory with an end keeps."""

from bot.domain.latest import Latest


def test_what_was_set_longest_ago_goes() -> None:
    memory: Latest[str, int] = Latest(2)
    memory["a"], memory["b"], memory["c"] = 1, 2, 3
    assert dict(memory) == {"b": 2, "c": 3}


def test_what_is_set_again_or_moved_to_the_end_is_the_latest() -> None:
    memory: Latest[str, int] = Latest(3)
    memory["a"], memory["b"], memory["c"] = 1, 2, 3
    memory["a"] = 4
    memory.move_to_end("b")
    memory["d"] = 5
    assert list(memory.items()) == [("a", 4), ("b", 2), ("d", 5)]
