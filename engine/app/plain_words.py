"""Messages for the window: what happened, without the folders, addresses and commands that the terminal shows."""

import re

_CLAUSES = re.compile(r"(?<=[.;:,])\s+")
_FOR_THE_TERMINAL = re.compile(
    r"\bpython -m |\bpip install\b|\bsudo |\bmodprobe |(?<![\w-])--[a-z]|\b[A-Z]+_[A-Z_]+\b|\bset DISPLAY\b|\bsave \w+://"
)
"""What makes a clause useless in a window: commands, options, variables of the environment, links to type off."""
_ADDRESS = re.compile(r"\w+://(?:[^\s/@]*@)?([^\s/:]+)[^\s;,)]*")
_FOLDERS = re.compile(r"(?<![\w/\\:.~-])(?:~|\.{1,2}|[A-Za-z]:)?[/\\](?:[^/\\\n]*[^/\\\s][/\\])*(?=[^\s/\\])")


def in_plain_words(message: str) -> str:
    """Return `message` as one line for the window.

    Clauses with a command or an option are left out, and so are the folders of a path and all but the host of an
    address.
    """
    kept: list[str] = []
    was_dropped = False
    for clause in _CLAUSES.split(" ".join(message.split())):
        if _FOR_THE_TERMINAL.search(clause) and kept:
            while len(kept) > 1 and kept[-1].endswith((":", ",")):  # they only led to it
                kept.pop()
            was_dropped = True
        else:
            kept.append(re.sub("^(or|and|then) ", "", clause) if was_dropped else clause)
            was_dropped = False
    line = " ".join(kept).rstrip(" .;:,")
    if line.partition(" ")[0].isalpha():  # not the name of a file or a camera
        line = line[:1].upper() + line[1:]
    line = _FOLDERS.sub("", _ADDRESS.sub(r"\1", line))
    return line if line.endswith(("…", "!", "?")) or not line else f"{line}."
