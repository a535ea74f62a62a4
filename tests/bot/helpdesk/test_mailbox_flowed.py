"""Texts of format=flowed (RFC 3676)."""

from bot.helpdesk.mailbox_flowed import unflowed


def test_soft_breaks_are_undone() -> None:
    assert unflowed("Faut-il chiffrer \nle disque ?\n\nMerci", delsp=False) == "Faut-il chiffrer le disque ?\n\nMerci"


def test_delsp_takes_the_space_away() -> None:
    assert unflowed("chif \nfrer", delsp=True) == "chiffrer"


def test_stuffed_spaces_are_taken_out() -> None:
    assert unflowed(" From ici\n >pas une citation", delsp=False) == "From ici\n>pas une citation"


def test_quotes_keep_their_mark_and_join_among_themselves_only() -> None:
    assert unflowed("> cité \n> encore\n>> plus \nmoi", delsp=False) == "> cité encore\n> plus \nmoi"


def test_the_signature_line_stays_alone() -> None:
    assert unflowed("Merci \n-- \nLéa", delsp=False) == "Merci \n-- \nLéa"
