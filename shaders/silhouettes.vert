#version 330 core
#include "include/world.glsl"
#include "include/cells.glsl"
#include "include/torn.glsl"
#include "include/corners.glsl"
#include "include/surface_outputs.glsl"

// Extends the near surface, flat, into every torn cell that an edge crosses (CUT), and over the cells beside them on the
// far side. surface.frag finds where it ends: where the picture's colors change, otherwise halfway between the near and
// the far corners. So silhouettes are smooth lines instead of staircases of cells.

uniform sampler2D u_grid_depth;
uniform float u_edge_cut;
uniform sampler2D u_surfaces;  // plane values of the near and the far side, one texel per vertex

#if CUT
smooth out vec2 v_inside;
flat out vec4 v_is_near;
#endif
out float v_open;

// The distance of the near (x) and the far side (y) at a vertex.
vec2 sides(ivec2 at) {
    vec2 values = texelFetch(u_surfaces, at, 0).rg;
    return vec2(view_distance(plane_depth(values.x)), view_distance(plane_depth(values.y)));
}

void main() {
    ivec2 cell = cell_of_quad(), corner = cell_corner(), at = cell + corner;
    ivec2 right = ivec2(1, 0), below = ivec2(0, 1);
    vec4 d = corner_depths(u_grid_depth, cell), z = view_distances(d);
#if CUT
    v_is_near = near_corners(z);
    float value = continued(plane_values(d), v_is_near, corner.x + 2 * corner.y);
#else
    float value = texelFetch(u_surfaces, at, 0).r;
#endif
    float nearest = view_distance(plane_depth(value));
    vec2 uv = vec2(at) / vec2(u_grid - 1);
    v_normal = vec3(0.0, 0.0, 1.0);
    v_nearness = nearness(plane_depth(value));
    float weight = u_is_relief ? 1.0 : nearest;
    v_picture = vec3(uv * weight, weight);
    gl_Position = u_view_projection * vec4(world_point(uv, nearest), 1.0);
#if CUT
    v_inside = vec2(at - cell);
    v_open = 1.0;
    float even = evenness(
        vertex_at(cell, z.x), vertex_at(cell + right, z.y), vertex_at(cell + below, z.z), vertex_at(cell + 1, z.w));
    if (even >= STRETCHED) gl_Position = OUTSIDE;   // the cell is still drawn whole
#else
    vec2 a = sides(cell), b = sides(cell + right), c = sides(cell + below), e = sides(cell + 1);
    vec4 near_z = vec4(a.x, b.x, c.x, e.x);
    bool is_far = all(lessThan(2.0 / (1.0 / near_z + 1.0 / vec4(a.y, b.y, c.y, e.y)), z));
    float low = min(min(a.x, b.x), min(c.x, e.x)), high = max(max(a.x, b.x), max(c.x, e.x));
    bool is_one = high < low * (1.0 + u_edge_cut);
    v_open = opening(at, nearest, sides(at).y);
    if (!is_far || !is_one) gl_Position = OUTSIDE;
#endif
}
