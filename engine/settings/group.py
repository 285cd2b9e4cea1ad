"""The base class of groups of settings."""

from pydantic import BaseModel, ConfigDict


class Group(BaseModel):
    """Settings that belong together: a table of the settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False)
