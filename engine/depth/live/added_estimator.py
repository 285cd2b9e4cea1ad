"""Adapter from networks of plugins to `Estimator`."""

import numpy as np

from engine.depth.live.estimator import CPU_INPUT_SIZE, Estimator, EstimatorInfo
from engine.depth.runtime.device import pick_device
from engine.errors import EngineError, InputError, PluginError
from engine.frames import DepthKind, DepthMap, Image
from engine.plugins.registered import NETWORKS
from engine.settings import DepthSettings


class AddedEstimator(Estimator):
    """A network of a plugin. Its depth is converted to float32."""

    def __init__(self, settings: DepthSettings) -> None:
        """Open the network that `settings.encoder` names. Raises PluginError, SettingsError."""
        name, device = settings.encoder, str(pick_device(settings.device))
        try:
            self._network = NETWORKS[name](device)
        except EngineError:
            raise
        except Exception as error:  # a plugin may raise anything
            raise PluginError(f"the network {name} could not be opened: {type(error).__name__}: {error}") from error
        try:
            self.kind = DepthKind(self._network.kind)
        except (AttributeError, ValueError) as error:
            known = ", ".join(kind.value for kind in DepthKind)
            raise PluginError(f"the network {name} should have a `kind`, one of: {known}") from error
        self.is_temporal = bool(getattr(self._network, "is_temporal", False))
        self.input_size = settings.input_size or CPU_INPUT_SIZE
        self.info = EstimatorInfo(name, "none", device, "plugin")

    def estimate(self, image: Image) -> DepthMap:
        depth: DepthMap = np.ascontiguousarray(self._network.depth(image), np.float32)
        if depth.ndim != 2 or not depth.size:
            raise InputError(f"the depth of {self.info.encoder} should be (h, w); it has shape {depth.shape}")
        return depth

    def reset(self) -> None:
        reset = getattr(self._network, "reset", None)
        if reset is not None:
            reset()
