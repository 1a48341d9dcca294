from bot.domain.plain_text import plain_text


def test_control_characters_go_and_lines_end_alike() -> None:
    assert plain_text("a\x00b\u202ec\r\nd\te\ud800\u2028f") == "abc\nd e\ufffd\nf"
    assert plain_text("a\tb", tab="    ") == "a    b"


def test_stacks_of_marks_are_calmed() -> None:
    assert len(plain_text("e" + "\u0301" * 50)) == 5
