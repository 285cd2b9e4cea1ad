"""Whether the processor draws."""

import moderngl


def is_software(ctx: moderngl.Context) -> bool:
    """Whether `ctx` has no GPU behind it."""
    renderer = ctx.info["GL_RENDERER"].lower()
    return any(
        name in renderer for name in ("llvmpipe", "softpipe", "swrast", "swiftshader", "gdi generic", "software")
    )
