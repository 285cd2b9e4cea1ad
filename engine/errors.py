"""Errors for the user. Each message names the thing and says what to do next."""


class EngineError(Exception):
    """Base of all errors that are shown to the user as one line, without a traceback."""


class SourceError(EngineError):
    """A source is missing, unreadable or of an unknown kind."""


class PluginError(EngineError):
    """A plugin is missing, or fails while it is loaded."""


class CheckpointError(EngineError):
    """Weights are absent, damaged, or belong to another model."""


class DownloadError(EngineError):
    """Weights could not be downloaded."""


class MemoryShortageError(EngineError):
    """A network does not fit into memory, even with the smallest input."""


class InputError(EngineError, ValueError):
    """An image, a depth map or a camera that was passed in has a wrong type, shape or value."""


class FrameSizeError(EngineError):
    """The frames of a depth stream changed size without a reset."""


class SettingsError(EngineError):
    """A settings file or value is not valid."""


class ShaderError(EngineError):
    """A shader does not compile. The message names file and line."""


class OutputError(EngineError):
    """A file could not be written."""


class CalibrationError(EngineError):
    """A calibration file is wrong, or a capture does not fit the live stream."""
