"""Paragraphs of ``format=flowed`` texts put together again (RFC 3676, section 4)."""


def unflowed(text: str, *, delsp: bool) -> str:
    """The text with its soft line breaks removed; quoted lines keep one "> " in front, whatever their depth.

    ``delsp``: the space before a soft break is not part of the text.
    """
    out: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        # One space was put before lines that begin with a space, ">" or "From " (4.4).
        content = line[depth:].removeprefix(" ")
        signature = content == "-- "
        soft = content.endswith(" ") and not signature
        if soft and delsp:
            content = content[:-1]
        if depth == open_depth and not signature:
            out[-1] += content
        else:
            out.append(f"> {content}" if depth else content)
        open_depth = depth if soft else -1
    return "\n".join(out)
