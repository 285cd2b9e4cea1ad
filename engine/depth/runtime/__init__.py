"""Where and how networks run: devices, number formats, memory and compiled graphs."""

import sys

# OpenVINO reports each import, and keeps an id for that in the home folder. Without this module it does neither.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None: cannot be imported
