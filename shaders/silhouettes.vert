#version 330 core
#include "include/world.glsl"
#include "include/cells.glsl"
#include "include/torn.glsl"
#include "include/corners.glsl"
#include "include/surface_outputs.glsl"

// Extends the near surface, flat, into every torn cell that an edge crosses. surface.frag finds where it ends: where
// the picture's colors change, otherwise halfway between the near and the far corners. So silhouettes are smooth lines
// instead of staircases of cells.

uniform sampler2D u_grid_depth;

smooth out vec2 v_inside;
flat out vec2 v_cell;         // size of the cell, as shares of the picture
flat out vec4 v_is_near;

void main() {
    ivec2 cell = cell_of_instance();
    ivec2 corner = cell_corner();
    vec4 d = corner_depths(u_grid_depth, cell), z = view_distances(d);
    float nearest = min(min(z.x, z.y), min(z.z, z.w)), farthest = max(max(z.x, z.y), max(z.z, z.w));
    vec4 is_near = vec4(lessThan(z, vec4(2.0 / (1.0 / nearest + 1.0 / farthest))));
    vec4 values = vec4(plane_value(d.x), plane_value(d.y), plane_value(d.z), plane_value(d.w));

    int number = corner.x + 2 * corner.y;
    float value = is_near[number] > 0.5 ? values[number] : dot(values, is_near) / dot(is_near, vec4(1.0));
    float distance_here = view_distance(plane_depth(value));
    vec2 uv = vec2(cell + corner) / vec2(u_grid - 1);

    v_inside = vec2(corner);
    v_cell = 1.0 / vec2(u_grid - 1);
    v_is_near = is_near;
    v_normal = vec3(0.0, 0.0, 1.0);
    v_nearness = nearness(plane_depth(value));
    float weight = u_is_relief ? 1.0 : distance_here;
    v_picture = vec3(uv * weight, weight);
    float even = evenness(
        vertex_at(cell, z.x), vertex_at(cell + ivec2(1, 0), z.y),
        vertex_at(cell + ivec2(0, 1), z.z), vertex_at(cell + 1, z.w));
    gl_Position = u_view_projection * vec4(world_point(uv, distance_here), 1.0);
    if (even >= STRETCHED) gl_Position = OUTSIDE;   // the cell is still drawn whole
}
