"""A depth map and a picture from CUDA to an OpenGL texture, with interop and without."""

from collections.abc import Callable

import moderngl
import numpy as np
import torch

from engine.commands.bench import measure
from engine.gl.calls import finish
from engine.gl.context import headless_context
from tests.gpu.figures import Figure, Size, no_cuda
from tests.gpu.interop import InteropError, SharedBuffer

SHAPES = {"depth 518x924 float32": ((518, 924), 1, "f4"), "picture 1920x1080 RGBA": ((1080, 1920, 4), 4, "f1")}


def figures(size: Size) -> list[Figure]:
    """Return the time until the texture is complete. What interop writes is compared with what was sent."""
    if not torch.cuda.is_available():
        return no_cuda(*(f"{name}, {way}" for name in SHAPES for way in ("by the CPU", "interop")))
    ctx, found = headless_context(), []
    for name, (shape, components, dtype) in SHAPES.items():
        tensor = torch.rand(shape, device="cuda").mul(255).to(torch.uint8 if dtype == "f1" else torch.float32)
        texture = ctx.texture((shape[1], shape[0]), components, alignment=1, dtype=dtype)
        cases: dict[str, Callable[[], None]] = {"by the CPU": lambda t=tensor, x=texture: _by_cpu(ctx, x, t)}
        buffer = ctx.buffer(reserve=tensor.nbytes)
        try:
            shared = SharedBuffer(buffer)
            cases["interop"] = lambda t=tensor, x=texture, b=buffer, s=shared: _by_interop(ctx, x, t, b, s)
            cases["interop"]()
            is_right = np.array_equal(
                np.frombuffer(texture.read(), np.uint8), tensor.cpu().numpy().view(np.uint8).ravel()
            )
            note = "" if is_right else "WRONG PIXELS"
        except InteropError as error:
            cases.pop("interop", None)
            found.append(Figure(f"{name}, interop", note=str(error)))
        times = measure(cases, 3 if size is Size.SMALL else 50)
        found += [
            Figure(f"{name}, {way}", spread.median, "ms", note if way == "interop" else "")
            for way, spread in times.items()
        ]
        if "interop" in cases:
            shared.release()
    ctx.release()
    return found


def _by_cpu(ctx: moderngl.Context, texture: moderngl.Texture, tensor: torch.Tensor) -> None:
    texture.write(tensor.cpu().numpy())
    finish(ctx)


def _by_interop(
    ctx: moderngl.Context,
    texture: moderngl.Texture,
    tensor: torch.Tensor,
    buffer: moderngl.Buffer,
    shared: SharedBuffer,
) -> None:
    shared.write(tensor, torch.cuda.current_stream().cuda_stream)
    texture.write(buffer)
    finish(ctx)
