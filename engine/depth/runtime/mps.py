"""Apple's GPU: what torch does with operations that it lacks."""

import os


def allow_fallback(allowed: bool) -> None:
    """Let the processor do them, or not. To be called before torch is imported, which reads this once."""
    if allowed:
        os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")  # who set it to 0 meant it
    else:
        os.environ["PYTORCH_ENABLE_MPS_FALLBACK"] = "0"
