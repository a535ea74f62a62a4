"""The settings table of a mailbox."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.helpdesk.config import DeskConfig, Rules, load_config
from bot.helpdesk.errors import HelpdeskMisset
from bot.helpdesk.mailbox import TEMPLATE, desk
from bot.helpdesk.mailbox_options import MailboxOptions, mailbox_options

SECRET = "mot-de-passe-CANARI-9214"


def options(folder: Path, rules: Rules | None = None, **values: object) -> MailboxOptions:
    for name in ("boite.secret", "smtp.secret"):
        (folder / name).write_text(SECRET, encoding="ascii")
        (folder / name).chmod(0o600)
    table = {"address": "aide@exemple.fr", "imap_host": "imap.exemple.fr", "password_file": "boite.secret"} | values
    table = {key: value for key, value in table.items() if value is not None}
    return mailbox_options(DeskConfig(folder / "desks.toml", "courriel", "mailbox", rules or Rules(), table))


def test_the_least_that_must_be_given(tmp_path: Path) -> None:
    found = options(tmp_path)
    assert (found.imap.port, found.imap.starttls, found.account.user) == (993, False, "aide@exemple.fr")
    assert found.drafts
    assert found.agents == ""
    assert found.smtp is None
    assert found.domain == "exemple.fr"
    assert SECRET not in repr(found)
    assert SECRET not in str(found.account.secret())


def test_ports_and_accounts_follow_what_is_given(tmp_path: Path) -> None:
    found = options(
        tmp_path,
        imap_security="starttls",
        smtp_host="smtp.exemple.fr",
        smtp_security="starttls",
        smtp_user="relais",
        smtp_password_file="smtp.secret",
        agents_address="agents@exemple.fr",
    )
    assert found.smtp is not None
    assert (found.imap.port, found.smtp.port) == (143, 587)
    assert (found.smtp_account.user, found.smtp_account.file.name) == ("relais", "smtp.secret")
    assert found.imap.tls.check_hostname
    assert found.imap.tls.minimum_version.name in {"TLSv1_2", "TLSv1_3"}


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"address": None}, "address"),
        ({"address": "aide"}, "address"),
        ({"address": "aide@exemple.fr\nBcc: x@y.fr"}, "address"),
        ({"imap_host": "imap exemple"}, "imap_host"),
        ({"imap_security": "aucune"}, "imap_security"),
        ({"imap_port": 0}, "imap_port"),
        ({"password_file": None}, "password_file"),
        ({"password_file": "absent.secret"}, "absent.secret"),
        ({"token_file": "smtp.secret"}, "token_file"),
        ({"password": SECRET}, "password"),
        ({"drafts": False}, "drafts"),
        ({"agents_address": "agents@exemple.fr"}, "smtp_host"),
        ({"keyword": "a b"}, "keyword"),
        ({"keyword": "\\Deleted"}, "keyword"),
        ({"ca_file": "absent.pem"}, "absent.pem"),
        ({"dossier": "INBOX"}, "dossier"),
    ],
)
def test_what_is_wrong_is_named(values: dict[str, object], key: str, tmp_path: Path) -> None:
    with pytest.raises(HelpdeskMisset) as caught:
        options(tmp_path, **values)
    assert key in caught.value.message
    assert SECRET not in caught.value.message


def test_automatic_replies_need_a_submission_server_and_a_server_that_vouches(tmp_path: Path) -> None:
    rules = Rules(auto_reply_categories=frozenset({"inbox"}))
    with pytest.raises(HelpdeskMisset, match="smtp_host"):
        options(tmp_path, rules)
    with pytest.raises(HelpdeskMisset, match="authserv_id"):
        options(tmp_path, rules, smtp_host="smtp.exemple.fr")
    found = options(tmp_path, rules, smtp_host="smtp.exemple.fr", authserv_id="mx.exemple.fr")
    assert (found.auto_reply, found.authserv_id) == (True, "mx.exemple.fr")


def test_the_template_is_a_settings_file_with_every_option(tmp_path: Path) -> None:
    (tmp_path / "courriel.secret").write_text(SECRET, encoding="ascii")
    (tmp_path / "courriel.secret").chmod(0o600)
    (tmp_path / "desks.toml").write_text(TEMPLATE.replace("{name}", "courriel"), encoding="utf-8")
    (config,) = load_config(tmp_path / "desks.toml")
    desk(config)
    # The options that are commented out are options too.
    every = re.sub(r"(?m)^# (\w+ = )", r"\1", TEMPLATE.replace("{name}", "courriel"))
    table = tomllib.loads(every)["desks"]["courriel"]
    assert {"keyword", "agents_address", "smtp_host", "sent_folder", "ca_file", "imap_security"} <= set(table)
