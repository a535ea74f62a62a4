"""Lists on a terminal: lines are cut at plain spaces, never where French forbids it."""

import io

from rich.console import Console

from bot.commands.terminal import listing

NBSP = "\u00a0"


def shown(width: int) -> list[str]:
    screen = Console(file=io.StringIO(), width=width, color_system=None, soft_wrap=False)
    cells = ["CV-A", "l’outil a répondu 404", "[red]révoquée[/]", f"1{NBSP}613"]
    title = f"2{NBSP}messages (attend 0, en cours 0, en échec 2, remis 0, sans suite 0, abandonné 0)"
    listing(screen, title, ("référence", "pourquoi", "état", "essais"), [cells], numbers=1)
    file = screen.file
    assert isinstance(file, io.StringIO)
    return file.getvalue().splitlines()


def test_a_narrow_list_is_cut_at_plain_spaces_only() -> None:
    for width in range(24, 60):
        title, name, *lines = shown(width)
        assert title.startswith(f"2{NBSP}messages")
        assert title.endswith("abandonné 0)")
        assert name == "CV-A"
        assert all(len(line) <= width and line.startswith("  ") for line in lines)
        whole = " ".join(line.strip(" ") for line in lines)
        assert whole == NBSP.join(
            ("pourquoi", f": l’outil a répondu 404{NBSP}; état", f": révoquée{NBSP}; essais", f": 1{NBSP}613")
        )


def test_the_title_of_a_wide_list_is_one_line() -> None:
    assert shown(120)[0].endswith("abandonné 0)")
