"""From settings to mail: by a server or into a folder, signed with one key, or one line that says what is missing."""

from pathlib import Path

import pytest

from bot.bootstrap.mail import KEY, build_mail, serves_mail, signing_key
from bot.domain.chat import Message, Text
from bot.domain.paper import PaperId
from bot.settings import Settings, SettingsError, read_settings
from tests.integration.world import World
from tests.mail_parts import ADAS
from tests.mail_peer import mail_server, parse

KEY_OF_ALL = "one key for all machines of this test"


@pytest.fixture(autouse=True)
def _no_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def settings(folder: Path, **changes: object) -> Settings:
    return read_settings(data_dir=folder, **changes)


async def test_without_a_server_mails_are_files_with_links_to_where_the_page_is(world: World, tmp_path: Path) -> None:
    mail = build_mail(settings(tmp_path), world.context)
    assert mail.links.paper(PaperId("local:1f")) == ""
    mail.links.place.url = "http://127.0.0.1:8123"
    assert mail.links.paper(PaperId("local:1f")) == "http://127.0.0.1:8123/papers/local:1f"
    await mail.adapter.send(ADAS, Message((Text("good morning"),)), "token")
    await mail.adapter.close()
    read = parse((tmp_path / "mails" / "token.eml").read_bytes())
    assert read["From"] == "Paperboy <paperboy@localhost>"
    assert read["List-Unsubscribe"].startswith("<http://127.0.0.1:8123/unsubscribe/")


async def test_a_server_brings_them_from_whom_the_setting_says(world: World, tmp_path: Path) -> None:
    async with mail_server() as room:
        url = f"smtp://127.0.0.1:{room.port}"
        known = {
            "smtp_url": url,
            "mail_from": "Papers <p@b.test>",
            "web_url": "https://b.test",
            "secret_key": KEY_OF_ALL,
        }
        mail = build_mail(settings(tmp_path, **known), world.context)
        await mail.adapter.send(ADAS, Message((Text("good morning"),)), "token")
        await mail.adapter.close()
    (read,) = room.parsed
    assert (read["From"], read["Message-ID"]) == ("Papers <p@b.test>", "<token@b.test>")
    assert read["List-Unsubscribe"].startswith("<https://b.test/unsubscribe/")
    assert not (tmp_path / KEY).exists()


async def test_a_sender_may_have_a_domain_in_any_script(world: World, tmp_path: Path) -> None:
    mail = build_mail(settings(tmp_path, mail_from="Bücher <papers@bücher.example>"), world.context)
    mail.links.place.url = "http://127.0.0.1"
    await mail.adapter.send(ADAS, Message((Text("good morning"),)), "token")
    await mail.adapter.close()
    read = parse((tmp_path / "mails" / "token.eml").read_bytes())
    assert read["From"] == "Bücher <papers@xn--bcher-kva.example>"
    assert read["Message-ID"] == "<token@xn--bcher-kva.example>"


def test_the_key_is_what_is_set_or_made_once_or_missing_where_machines_share(tmp_path: Path) -> None:
    assert signing_key(settings(tmp_path, secret_key=KEY_OF_ALL)) == KEY_OF_ALL
    (tmp_path / "key").write_text(f"{KEY_OF_ALL}\n")
    assert signing_key(settings(tmp_path, secret_key_file=tmp_path / "key")) == KEY_OF_ALL
    made = signing_key(settings(tmp_path))
    assert made == signing_key(settings(tmp_path)) != KEY_OF_ALL
    shared = settings(tmp_path, database_url="postgresql://bot@127.0.0.1/x", smtp_url="smtp://127.0.0.1")
    with pytest.raises(SettingsError, match="PAPERBOY_SECRET_KEY: machines that share"):
        signing_key(shared)


def test_a_data_folder_that_takes_no_key_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="PAPERBOY_DATA_DIR: no key can be kept there"):
        signing_key(settings(tmp_path / "file"))


def test_who_has_a_server_brings_mails_and_into_a_folder_only_who_serves_the_page(tmp_path: Path) -> None:
    server = settings(tmp_path, smtp_url="smtp://127.0.0.1", web_port=0)
    assert serves_mail(server, answers=False)
    assert serves_mail(settings(tmp_path), answers=True)
    assert not serves_mail(settings(tmp_path), answers=False)
    assert not serves_mail(settings(tmp_path, web_port=0), answers=True)


@pytest.mark.parametrize(
    "sender",
    [
        "Paperboy",
        "a@b.test\nBcc: eve@x.test",
        "<>",
        f"{'n' * 61} <a@b.test>",
        "a@b@c.test",
        "a@b.test, c@d.test",
        "Ada <a@b.test>, Eve <c@d.test>",
        "a@b.test c@d.test",
    ],
)
def test_a_sender_is_one_address(tmp_path: Path, sender: str) -> None:
    with pytest.raises(SettingsError, match="PAPERBOY_MAIL_FROM: must be one mail address"):
        settings(tmp_path, mail_from=sender)
