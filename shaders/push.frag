#version 330 core
#include "include/world.glsl"
#include "include/layers.glsl"

// The way back up, for all levels at once: each vertex takes what lies behind it on the finest level that has
// something, a little from the coarser ones; so the layer behind grows from the far side of the edges inwards, and
// never from the near side.

uniform sampler2D u_color;
uniform sampler2D u_grid_depth;
uniform sampler2D u_edges;
uniform ivec2 u_target_size;
uniform sampler2D u_level_0;
uniform sampler2D u_level_1;
uniform sampler2D u_level_2;
uniform sampler2D u_level_3;
uniform sampler2D u_level_4;
uniform sampler2D u_level_5;
uniform sampler2D u_level_6;
uniform int u_levels;         // how many of them count, beside the first

layout(location = 0) out vec4 f_surface;
layout(location = 1) out vec2 f_mask;   // behind, not the front; and seen, not painted

const float COARSER = 0.25;    // what a level counts against the next finer one
const float LITTLE = 1e-9;

vec2 place;                   // on the first level, in texels
float in_front;               // distance of what is in front there
vec4 sum, same_sum;           // of what lies behind, and of what goes on from the front
float total, same_total;

void gather(sampler2D level, int number) {
    ivec2 last = textureSize(level, 0) - 1;
    vec2 position = place / float(1 << number) - 0.5;
    ivec2 base = ivec2(floor(position));
    vec2 share = position - vec2(base);
    float importance = pow(COARSER, float(number));
    ivec2 closest = ivec2(step(0.5, share));
    for (int i = 0; i < 4; i++) {
        ivec2 corner = abs(closest - ivec2(i % 2, i / 2));   // the closest first
        vec4 surface = texelFetch(level, clamp(base + corner, ivec2(0), last), 0);
        vec2 closeness = mix(1.0 - share, share, vec2(corner));
        float away = distance_of(surface), weight = importance * closeness.x * closeness.y;
        if (number > u_levels || !exists(surface)) continue;
        float chosen = total > 0.0 ? distance_of(sum / total) : away;
        if (is_farther(away, in_front)) {
            if (is_apart(away, chosen) || is_apart(chosen, away)) continue;
            sum += weight * surface;
            total += weight;
        } else if (!is_farther(in_front, away)) {
            same_sum += weight * surface;
            same_total += weight;
        }
    }
}

void main() {
    ivec2 last = textureSize(u_grid_depth, 0) - 1;
    ivec2 at = front_vertex(ivec2(gl_FragCoord.xy), u_target_size, last);
    place = gl_FragCoord.xy;
    float depth = texelFetch(u_grid_depth, at, 0).r;
    in_front = is_measured(depth) ? view_distance(depth) : 0.0;
    sum = same_sum = vec4(0.0);
    total = same_total = 0.0;

    vec4 seen = texelFetch(u_level_0, ivec2(gl_FragCoord.xy), 0);
    bool is_seen = exists(seen) && is_farther(distance_of(seen), in_front);
    if (is_seen) {
        sum = seen;
        total = 1.0;
    } else {
        gather(u_level_1, 1);
        gather(u_level_2, 2);
        gather(u_level_3, 3);
        gather(u_level_4, 4);
        gather(u_level_5, 5);
        gather(u_level_6, 6);
    }
    vec3 color = textureLod(u_color, vec2(at) / vec2(last), 0.0).rgb;
    // Right beside an edge the front's own color is mixed with what is nearer.
    bool at_edge = is_at_edge(u_edges, at);
    if (at_edge && same_total > LITTLE) color = same_sum.rgb / same_total;
    // the far side of an edge is behind, too: a thing may lie between two vertices of this layer
    f_mask = vec2(total > LITTLE || (at_edge && u_levels > 0) ? 1.0 : 0.0, is_seen ? 1.0 : 0.0);
    // Beside what hides a part of it the front is its own background: so it goes on behind that without a slit.
    f_surface = total > LITTLE && (is_seen || total > same_total) ? sum / total : vec4(color, plane_value(depth));
    if (total <= LITTLE && !is_measured(depth)) f_surface = NOTHING;
}
