"""Messages for the window: what happened, without the folders, addresses and commands that the terminal shows."""

import re

from engine.settings.language import _, marked

_FREQUENT = (
    marked("No camera was found. Plug one in and it will be picked up."),
    marked("{name} stopped sending frames."),
    marked("{name} does not answer with a video; check the address, user and password, and that it is running."),
    marked("{name} is neither a file nor the address of a stream (http, https, rtsp)."),
    marked("There is no file or address in the clipboard; copy one first."),
    marked("{name} is a depth map; drop it together with its image."),
    marked("{name} is empty; choose another file."),
    marked("{name} is damaged or not an image; save it again as PNG or JPEG."),
    marked("{name} is damaged or not an image; save it again."),
    marked("{name} has no video in it; use MP4, MKV, WebM, MOV or AVI."),
    marked("{name} has a video that nothing here can decode; convert it to H.264 or VP9 first."),
    marked("{name} has no frame that can be decoded; check that the file is complete."),
    marked("{name} cannot be written; check that the disk is not full."),
    marked("No file manager was found. The files are in {name}."),
    marked("The picture cannot be copied: install xclip, or wl-clipboard on Wayland. F12 saves it as a file."),
)
"""Messages in plain words that are shown in the language of the window. The others are in English, as in the
terminal.
"""
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


def for_the_window(message: str) -> str:
    """Return `message` in plain words, and, if it is a frequent one, in the language of the window."""
    line = in_plain_words(message)
    for frequent in _FREQUENT:
        found = re.fullmatch(re.escape(frequent).replace(re.escape("{name}"), "(?P<name>.+)"), line)
        if found is not None:
            return _(frequent).format(**found.groupdict())
    return line
