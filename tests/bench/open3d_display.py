"""Open3D's way of showing a depth frame: rebuild the mesh in numpy, hand it over, draw. Run by `display_path.py`, in an
environment of its own that has Open3D; reads "SUBSAMPLE FRAME" lines, answers each with the seconds that it took and
that all cores worked.

`python open3d_display.py FRAMES.npz WIDTH HEIGHT`: images (n, h, w, 3), depths (n, h, w) in meters, and focal_px, at
which the window shows a frame as large as the other program does.
"""

import sys
import time

import numpy as np
import open3d as o3d

EDGE = 0.06  # of the distance: cells with a larger jump are left out, as in the other program


def cells(across, down):
    top_left = (np.arange(down - 1)[:, None] * across + np.arange(across - 1)).ravel()
    top_right, bottom_left, bottom_right = top_left + 1, top_left + across, top_left + across + 1
    return np.stack([np.stack([bottom_left, bottom_right, top_left], -1),
                     np.stack([bottom_right, top_right, top_left], -1)], 1).astype(np.int32)  # fmt: skip


def rebuild(mesh, image, depth, subsample, focal_px):
    """Everything that depends on the frame."""
    height, width = depth.shape
    z = depth[::subsample, ::subsample].astype(np.float64)
    rows, columns = np.mgrid[0:height:subsample, 0:width:subsample]
    points = np.stack([(columns - width / 2) / focal_px * z, (rows - height / 2) / focal_px * z, z], -1)
    down, across = z.shape
    corners = np.stack([z[:-1, :-1], z[:-1, 1:], z[1:, :-1], z[1:, 1:]])
    kept = (corners.max(0) <= corners.min(0) * (1 + EDGE)).ravel()
    mesh.vertices = o3d.utility.Vector3dVector(points.reshape(-1, 3))
    mesh.vertex_colors = o3d.utility.Vector3dVector(image[::subsample, ::subsample].reshape(-1, 3) / 255.0)
    mesh.triangles = o3d.utility.Vector3iVector(np.ascontiguousarray(cells(across, down)[kept].reshape(-1, 3)[:, ::-1]))
    mesh.compute_vertex_normals()


def main() -> None:
    """Answer until the input ends."""
    frames = np.load(sys.argv[1])
    width, height = int(sys.argv[2]), int(sys.argv[3])
    images, depths, focal_px = frames["images"], frames["depths"], float(frames["focal_px"])
    window = o3d.visualization.Visualizer()
    window.create_window("reference", width, height)
    window.get_render_option().background_color = np.zeros(3)
    window.get_render_option().mesh_show_back_face = True
    mesh = o3d.geometry.TriangleMesh()
    rebuild(mesh, images[0], depths[0], 4, focal_px)
    window.add_geometry(mesh)
    camera = o3d.camera.PinholeCameraParameters()
    shown_px = focal_px * min(width / images.shape[2], height / images.shape[1])
    camera.intrinsic = o3d.camera.PinholeCameraIntrinsic(
        width, height, shown_px, shown_px, width / 2 - 0.5, height / 2 - 0.5
    )
    camera.extrinsic = np.eye(4)
    window.get_view_control().convert_from_pinhole_camera_parameters(camera, allow_arbitrary=True)
    print("ready", flush=True)
    for line in sys.stdin:
        subsample, number = map(int, line.split())
        if number < 0:  # how much of the window is covered
            pixels = np.asarray(window.capture_screen_float_buffer(do_render=True))
            print((pixels.max(-1) > 0).mean(), flush=True)
            continue
        started_s, cpu_s = time.perf_counter(), time.process_time()
        rebuild(mesh, images[number], depths[number], subsample, focal_px)
        window.update_geometry(mesh)
        window.poll_events()
        window.update_renderer()
        print(time.perf_counter() - started_s, time.process_time() - cpu_s, flush=True)


if __name__ == "__main__":
    main()
