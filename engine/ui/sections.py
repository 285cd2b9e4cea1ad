"""The sections of the settings panel: their icons, the settings in them, and the search for one."""

from dataclasses import dataclass
from itertools import groupby

from imgui_bundle import icons_fontawesome_6 as icons

from engine.settings import Settings, group_of
from engine.settings.fields import all_traits, declaration
from engine.settings.language import _, marked


@dataclass(frozen=True, slots=True)
class Section:
    """Settings for one task."""

    title: str
    icon: str
    names: tuple[str, ...]
    """Its settings; those of one part follow each other."""

    @property
    def parts(self) -> list[tuple[str, tuple[str, ...]]]:
        """The heading of each part, empty for the first, and its settings."""
        return [(part, tuple(names)) for part, names in groupby(self.names, lambda name: all_traits()[name].part)]


def _section(title: str, icon: str) -> Section:
    names = [name for name, traits in all_traits().items() if traits.section == title]
    parts = list(dict.fromkeys(["", *(all_traits()[name].part for name in names)]))
    return Section(title, icon, tuple(sorted(names, key=lambda name: parts.index(all_traits()[name].part))))


SECTIONS = tuple(
    _section(title, icon)
    for title, icon in (
        (marked("Source"), icons.ICON_FA_FILM),
        (marked("Model"), icons.ICON_FA_MICROCHIP),
        (marked("Depth"), icons.ICON_FA_LAYER_GROUP),
        (marked("Look"), icons.ICON_FA_PALETTE),
        (marked("Light"), icons.ICON_FA_LIGHTBULB),
        (marked("3D glasses"), icons.ICON_FA_GLASSES),
        (marked("Output"), icons.ICON_FA_FILE_EXPORT),
        (marked("Camera"), icons.ICON_FA_VIDEO),
        (marked("Window"), icons.ICON_FA_WINDOW_MAXIMIZE),
    )
)
"""In the order of the panel."""
SIMPLE = tuple(name for name, traits in all_traits().items() if traits.is_simple)
"""The settings of the simple face."""


def kind_of(source: str) -> str:
    """Return the kind of a source, as `Traits.only_for` has it; `stream` for an address."""
    word = source.partition(":")[0]
    return word if word in ("webcam", "screen", "demo") else "stream" if "://" in source else "file"


def concerns(name: str, settings: Settings) -> bool:
    """Whether a setting has to do with the kind of source that is chosen."""
    return all_traits()[name].only_for in (None, kind_of(settings.source.source))


def value_of(name: str, settings: Settings) -> object:
    """Return the value of one setting."""
    return getattr(getattr(settings, group_of(name)), name)


def summary(section: Section, settings: Settings) -> str:
    """Return what a folded section is set to, in a line."""
    values = [(declaration(name), value_of(name, settings)) for name in section.names if all_traits()[name].is_summary]
    telling = [declared.summary(value) for declared, value in values if declared.says_something(value)]
    return "  ·  ".join(telling) or next(filter(None, (declared.summary(value) for declared, value in values)), "")


def found(section: Section, wanted: str) -> list[str]:
    """Return the settings of a section whose label, meaning, name or choices contain all words of `wanted`."""
    words = wanted.lower().split()
    return [name for name in section.names if all(word in _text_of(name, section.title) for word in words)]


def _text_of(name: str, title: str) -> str:
    declared = declaration(name)
    choices = (*declared.choices, *map(declared.text, declared.choices))
    texts = (
        _(title),
        declared.label,
        declared.traits.label,
        declared.meaning,
        declared.help,
        declared.option(declared.default),
    )
    return " ".join((*texts, name, *choices)).lower()
