"""The settings file and the secrets it names."""

import copy
import pickle
import traceback
from pathlib import Path

import pytest

from bot.helpdesk.config import DeskConfig, load_config
from bot.helpdesk.errors import HelpdeskMisset
from bot.helpdesk.registry import OWN, kinds, open_desk, template
from bot.helpdesk.secret import Secret, read_secret

from .helpdesks import SECRET


def written(folder: Path, text: str) -> Path:
    path = folder / "helpdesk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def secret(folder: Path, content: str = SECRET, mode: int = 0o600, name: str = "aide.secret") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    path.chmod(mode)
    return path


def one(folder: Path, text: str) -> DeskConfig:
    (found,) = load_config(written(folder, text))
    return found


def test_rules_are_read_without_regard_to_case(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        '[desks.aide]\nkind = "generic"\ncategories = ["RGPD"]\nauto_reply_categories = ["Guides"]\n'
        'consent_tag = "Accord"\nevaluation_tag = "Éval"\npoll_seconds = 30\nverdict_secret_file = "v"\nurl = "x"',
    )
    assert (found.name, found.kind, found.poll_seconds) == ("aide", "generic", 30)
    assert (found.rules.categories, found.rules.auto_reply_categories) == ({"rgpd"}, {"guides"})
    assert (found.rules.consent_tag, found.rules.evaluation_tag) == ("accord", "éval")
    assert found.verdict_secret_file == tmp_path / "v"
    assert set(found.values) == {"url"}


def test_nothing_goes_to_a_person_by_default(tmp_path: Path) -> None:
    assert one(tmp_path, '[desks.aide]\nkind = "generic"').rules.auto_reply_categories == frozenset()


@pytest.mark.parametrize("kind", OWN)
def test_the_template_of_each_kind_sends_nothing_to_a_person(tmp_path: Path, kind: str) -> None:
    found = one(tmp_path, template(kind, "essai"))
    assert (found.name, found.kind) == ("essai", kind)
    assert found.rules.auto_reply_categories == frozenset()
    # No secret in the file itself: files are named, one beside the other.
    for key, value in found.values.items():
        assert not any(word in key for word in ("password", "token", "secret")) or key.endswith("_file"), key
        assert not (isinstance(value, str) and value.startswith("whsec_"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "tables"),
        ("a = 1", "tables"),
        ("desks = 3", "tables"),
        ("[desks.aide]", "kind"),
        ("[desks.aide]\nkind = 3", "kind"),
        ("[desks.Aide_X]\nkind = 'generic'", "a-z"),
        ("[desks.aide]\nkind = 'x'\ncategories = 'rgpd'", "categories"),
        ("[desks.aide]\nkind = 'x'\ncategories = [1]", "categories"),
        ("[desks.aide]\nkind = 'x'\npoll_seconds = 1", "poll_seconds"),
        ("[desks.aide]\nkind = 'x'\npoll_seconds = true", "poll_seconds"),
        ('token = "motdepasse-canari', "TOML"),
        ("[desks.aide]\nmot = motdepasse-canari", "TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place_and_without_its_content(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(HelpdeskMisset) as refused:
        load_config(written(tmp_path, text))
    assert told in str(refused.value)
    assert "canari" not in str(refused.value)


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HelpdeskMisset, match="illisible"):
        load_config(tmp_path / "absent.toml")


def test_a_generic_desk_is_opened_and_misspelt_keys_refused(tmp_path: Path) -> None:
    secret(tmp_path)
    text = '[desks.aide]\nkind = "generic"\nurl = "https://aide.exemple.fr/x"\nsecret_file = "aide.secret"\n'
    assert open_desk(one(tmp_path, text)).format == "html"
    for more, key in (('formt = "text"', "formt"), ('format = "pdf"', "format"), ("internal = 1", "internal")):
        with pytest.raises(HelpdeskMisset, match=key):
            open_desk(one(tmp_path, text + more))
    with pytest.raises(HelpdeskMisset, match="secret_file"):
        open_desk(one(tmp_path, '[desks.aide]\nkind = "generic"\nurl = "https://aide.exemple.fr"'))


def test_an_unknown_kind_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(HelpdeskMisset, match=", ".join(kinds())):
        open_desk(one(tmp_path, "[desks.aide]\nkind = 'autre'"))
    with pytest.raises(HelpdeskMisset, match="aucun modèle"):
        template("autre", "x")


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o602, 0o606, 0o666, 0o777])
def test_a_secret_that_every_user_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = secret(tmp_path, mode=mode)
    with pytest.raises(HelpdeskMisset, match="chmod 600") as refused:
        read_secret(path)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o640])
def test_a_secret_of_its_owner_or_group_is_read(tmp_path: Path, mode: int) -> None:
    assert read_secret(secret(tmp_path, f"  {SECRET}\n", mode)).equals(SECRET)


@pytest.mark.parametrize("content", ["", " \n", "x" * 70_000])
def test_an_empty_or_huge_secret_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(HelpdeskMisset, match="mettez-y le secret"):
        read_secret(secret(tmp_path, content))


def test_a_secret_shows_nowhere() -> None:
    hidden = Secret("canari-secret")
    assert "canari" not in f"{hidden} {hidden!r} {[hidden]} {hidden:}"
    for copying in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            copying(hidden)
    try:
        raise ValueError(hidden)
    except ValueError:
        assert "canari" not in traceback.format_exc()
    assert hidden.equals("canari-secret")
    assert not hidden.equals("canari-secret ")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('categories = "RGPD"', "une liste de textes est attendue"),
        ("internal = 1", "true ou false est attendu"),
        ('ca_file = "absent.pem"', "ca_file : "),
        ('url = "aide.exemple.fr"', "adresse de l’outil"),
        ('secret_file = "absent"', "fichier ou dossier absent"),
    ],
)
def test_mistakes_name_the_file_and_the_desk_in_french(tmp_path: Path, table: str, told: str) -> None:
    secret(tmp_path)
    rest = {"url": '"http://127.0.0.1:1"', "internal": "true", "secret_file": '"aide.secret"'}
    rest.pop(table.split(" ")[0], None)
    lines = [table, *(f"{key} = {value}" for key, value in rest.items())]
    with pytest.raises(HelpdeskMisset) as raised:
        open_desk(one(tmp_path, "\n".join(["[desks.aide]", 'kind = "generic"', *lines])))
    message = raised.value.message
    assert message.startswith(f"{tmp_path / 'helpdesk.toml'} [desks.aide] ")
    assert message.count("[desks.aide]") == 1
    assert told in message
    assert "No such file" not in message


def test_a_file_that_is_no_toml_or_is_not_there_is_told_in_french(tmp_path: Path) -> None:
    with pytest.raises(HelpdeskMisset, match=r"ce n’est pas du TOML \(ligne 2, colonne 3\)"):
        one(tmp_path, "[desks.aide]\na b")
    with pytest.raises(HelpdeskMisset, match=r"ce n’est pas du TOML \(à la fin du fichier\)"):
        one(tmp_path, "[desks.aide]\na = ")
    with pytest.raises(HelpdeskMisset, match=r"illisible \(fichier ou dossier absent\)"):
        load_config(tmp_path / "autre.toml")
