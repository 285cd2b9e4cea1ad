#version 330 core
#include "include/world.glsl"
#include "include/layers.glsl"

// Seeds the background layer: for each vertex the clean plate where it lies behind the front layer, otherwise the front
// layer if it is the far side of an edge. Vertices right at an edge are left out, since their colors are mixed.

uniform sampler2D u_color;
uniform sampler2D u_grid_depth;
uniform sampler2D u_edges;
uniform ivec2 u_target_size;
#if PLATE
uniform sampler2D u_plate_color;
uniform sampler2D u_plate_state;
#endif

out vec4 f_surface;

const int NEARBY = 6;
const ivec2 WAYS[4] = ivec2[4](ivec2(1, 0), ivec2(-1, 0), ivec2(0, 1), ivec2(0, -1));

ivec2 last;

// Whether there is something nearer close by, across an edge. The limb of a ball is not the far side of that ball.
bool is_far_side(ivec2 at, float distance_here) {
    bool found = false;
    for (int way = 0; way < 4; way++) {
        bool crossed = false;
        float before = distance_here;
        for (int i = 0; i < NEARBY; i++) {
            ivec2 from = at + i * WAYS[way], to = from + WAYS[way];
            float edge = texelFetch(u_edges, clamp(min(from, to), ivec2(0), last - 1), 0).r;
            found = found || (is_missing(edge) && !u_is_cut_out);   // missing depth hides something too
            float depth = texelFetch(u_grid_depth, clamp(to, ivec2(0), last), 0).r;
            float after = is_measured(depth) ? view_distance(depth) : before;
            crossed = crossed || (is_cut(edge) && is_farther(before, after));
            found = found || (crossed && is_farther(distance_here, after));
            before = after;
        }
    }
    return found;
}

void main() {
    last = textureSize(u_grid_depth, 0) - 1;
    ivec2 at = front_vertex(ivec2(gl_FragCoord.xy), u_target_size, last);
    float depth = texelFetch(u_grid_depth, at, 0).r;
    vec3 color = textureLod(u_color, vec2(at) / vec2(last), 0.0).rgb;
    bool grows = is_measured(depth) && !is_at_edge(u_edges, at) && is_far_side(at, view_distance(depth));
    f_surface = grows ? vec4(color, plane_value(depth)) : NOTHING;
#if PLATE
    vec2 plate = texelFetch(u_plate_state, at, 0).rg;
    // at a smaller distance, a turning object only hides itself
    bool behind = is_measured(depth) ? is_apart(view_distance(plane_depth(plate.r)), view_distance(depth)) : !u_is_cut_out;
    if (plate.g >= TRUSTED && behind) f_surface = vec4(texelFetch(u_plate_color, at, 0).rgb, plate.r);
#endif
}
