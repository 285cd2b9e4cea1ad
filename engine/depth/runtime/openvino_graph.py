"""OpenVINO graphs of networks, and a cache of compiled ones."""

import io
import logging
import warnings
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import openvino
import torch
from openvino.frontend import FrontEndManager
from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder
from torch import nn

from engine.errors import OutputError
from engine.files.atomic import complete_file

# A graph is for one size, so tracing may turn sizes into constants. The filter is set for the whole process, since
# tracing runs on its own thread and all threads share the list of filters.
warnings.filterwarnings("ignore", category=torch.jit.TracerWarning)  # type: ignore[attr-defined]  # missing in its stub

log = logging.getLogger(__name__)

_KEPT_GRAPHS = 4  # files in the cache; one is as large as the weights


def request(
    model: nn.Module,
    example: Callable[[], tuple[nn.Module, tuple[torch.Tensor, ...]]],
    size: tuple[int, int],
    dtype: torch.dtype,
    cache: Path | None = None,
) -> openvino.InferRequest:
    """Return a request that runs `model` as a graph, for inputs of `size` (h, w), computed in `dtype`.

    `example` returns the module to trace and inputs for it. It is not called if the graph is in the folder `cache`:
    building takes many seconds, reading about one.
    """
    core = openvino.Core()
    options = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": {torch.float32: "f32", torch.bfloat16: "bf16"}[dtype],
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "ENABLE_CPU_PINNING": False,  # the renderer runs on the same cores
    }
    file = cache / f"{_fingerprint(core, model, size, options)}.blob" if cache else None
    if file and file.is_file():
        compiled = core.import_model(io.BytesIO(file.read_bytes()), "CPU", options)
        file.touch()
    else:
        compiled = _compiled(core, *example(), options)
        if file:
            _keep(compiled, file)
    return compiled.create_infer_request()


@torch.no_grad()
def _compiled(
    core: openvino.Core, model: nn.Module, example: tuple[torch.Tensor, ...], options: dict[str, object]
) -> openvino.CompiledModel:
    """Compile `model` for inputs like `example`.

    The front-end is called directly, since `openvino.convert_model` reports each call to a server.
    """
    # check_trace would run everything again
    traced = torch.jit.trace(model.eval(), example, check_trace=False)  # type: ignore[no-untyped-call]  # has no types
    front_end = FrontEndManager().load_by_framework("pytorch")
    decoder = TorchScriptPythonDecoder(traced, example_input=example, shared_memory=False)
    graph = front_end.convert(front_end.load(decoder))
    graph.reshape({number: list(tensor.shape) for number, tensor in enumerate(example)})
    return core.compile_model(graph, "CPU", options)


def _fingerprint(core: openvino.Core, model: nn.Module, size: tuple[int, int], options: dict[str, object]) -> str:
    """Return a hash of everything that the graph depends on."""
    weights = 0
    for tensor in model.state_dict().values():
        weights = zlib.crc32(tensor.contiguous().numpy(), weights)
    device = core.get_property("CPU", "FULL_DEVICE_NAME"), core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    facts = (openvino.__version__, torch.__version__, device, weights, size, sorted(options.items()))
    return sha256(repr(facts).encode()).hexdigest()[:24]


def _keep(compiled: openvino.CompiledModel, file: Path) -> None:
    """Write a graph to the cache, and delete the least recently used ones. A full disk costs time only."""
    try:
        with complete_file(file) as temporary:
            temporary.write_bytes(compiled.export_model().getvalue())
        kept = sorted(file.parent.glob("*.blob"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in kept[_KEPT_GRAPHS:]:
            old.unlink()
    except (OSError, OutputError) as error:
        log.warning(
            "the compiled network cannot be saved in %s, and is compiled again next time: %s", file.parent, error
        )
