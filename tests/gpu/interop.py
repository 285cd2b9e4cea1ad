"""Copying a CUDA tensor into an OpenGL buffer without a way through memory of the CPU.

The calls are those of the CUDA runtime that torch has loaded: two runtimes in one process would not share the tensor.
"""

import ctypes
import sys
from pathlib import Path

import moderngl
from torch import Tensor

_WRITE_DISCARD = 2
_DEVICE_TO_DEVICE = 3


class InteropError(Exception):
    """OpenGL and CUDA cannot share memory here."""


def torch_runtime() -> ctypes.CDLL:
    """Return the CUDA runtime that torch has loaded. Raises InteropError if there is none."""
    maps = Path("/proc/self/maps")
    if not sys.platform.startswith("linux") or not maps.exists():
        raise InteropError("the CUDA runtime is only looked for on Linux")
    loaded = {line.split(maxsplit=5)[5] for line in maps.read_text().splitlines() if "libcudart" in line}
    if not loaded:
        raise InteropError("no CUDA: torch has loaded no libcudart")
    return ctypes.CDLL(min(loaded).strip())


class SharedBuffer:
    """An OpenGL buffer that CUDA can write to. The context must be current, and on the GPU of the tensors."""

    def __init__(self, buffer: moderngl.Buffer, runtime: ctypes.CDLL | None = None) -> None:
        """Raises InteropError if CUDA cannot use `buffer`."""
        self._runtime = runtime or torch_runtime()
        self._size = buffer.size
        self._resource = ctypes.c_void_p()
        self._call("cudaGraphicsGLRegisterBuffer", ctypes.byref(self._resource), ctypes.c_uint(buffer.glo),
                   ctypes.c_uint(_WRITE_DISCARD))  # fmt: skip

    def write(self, tensor: Tensor, stream: int = 0) -> None:
        """Copy `tensor`, contiguous and as large as the buffer, on the CUDA stream with the handle `stream`."""
        if not tensor.is_contiguous() or tensor.nbytes != self._size:
            raise InteropError(f"the buffer has {self._size} bytes, and the tensor {tensor.nbytes}")
        handle = ctypes.c_void_p(stream)
        self._call("cudaGraphicsMapResources", 1, ctypes.byref(self._resource), handle)
        try:
            target, room = ctypes.c_void_p(), ctypes.c_size_t()
            self._call("cudaGraphicsResourceGetMappedPointer", ctypes.byref(target), ctypes.byref(room), self._resource)
            self._call("cudaMemcpyAsync", target, ctypes.c_void_p(tensor.data_ptr()), ctypes.c_size_t(tensor.nbytes),
                       _DEVICE_TO_DEVICE, handle)  # fmt: skip
        finally:
            self._call("cudaGraphicsUnmapResources", 1, ctypes.byref(self._resource), handle)

    def release(self) -> None:
        """Give the buffer back to OpenGL alone."""
        self._call("cudaGraphicsUnregisterResource", self._resource)

    def _call(self, name: str, *values: object) -> None:
        code = getattr(self._runtime, name)(*values)
        if code:
            raise InteropError(f"{name} failed with CUDA error {code}")
