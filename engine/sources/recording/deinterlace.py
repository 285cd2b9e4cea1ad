"""Interlaced video as whole pictures."""

from collections.abc import Iterable, Iterator

import av
from av.filter import Graph
from av.video.frame import VideoFrame


def deinterlaced(frames: Iterable[VideoFrame]) -> Iterator[VideoFrame]:
    """Yield frames at their own times, those that say they are interlaced without the comb of two moments.

    From the first such frame on, each is given when the next one is known, which FFmpeg's filter bwdif looks at.
    """
    graph, kind = None, None
    for frame in frames:
        if graph is not None and kind != _kind_of(frame):
            yield from _pulled(graph, None)
            graph = None
        if graph is None and frame.interlaced_frame:
            graph, kind = _graph_for(frame), _kind_of(frame)
        if graph is None:
            yield frame
        else:
            yield from _pulled(graph, frame)
    if graph is not None:
        yield from _pulled(graph, None)


def _kind_of(frame: VideoFrame) -> tuple[int, int, str]:
    return frame.width, frame.height, frame.format.name


def _graph_for(frame: VideoFrame) -> Graph:
    graph = Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    bwdif, sink = graph.add("bwdif", "mode=send_frame:deint=interlaced"), graph.add("buffersink")
    source.link_to(bwdif)
    bwdif.link_to(sink)
    graph.configure()
    return graph


def _pulled(graph: Graph, frame: VideoFrame | None) -> Iterator[VideoFrame]:
    """Push a frame, or None at the end, and yield what comes out."""
    graph.push(frame)
    while True:
        try:
            ready = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        assert isinstance(ready, VideoFrame)
        yield ready
