#version 330 core
#include "include/world.glsl"
#include "include/layers.glsl"

// Push phase, all pyramid levels at once: each vertex takes the background from the finest level that has some, and a
// little from the coarser ones. So the background layer grows from the far side of edges inward, never from the near
// side.

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
uniform int u_levels;         // how many of them count, besides level 0

layout(location = 0) out vec4 f_surface;
layout(location = 1) out vec2 f_mask;   // r: 1 for background, 0 for front; g: 1 if seen by the camera, 0 if inpainted

const float COARSER = 0.25;    // weight of a level relative to the next finer one
const float LITTLE = 1e-9;

vec2 place;                   // position on level 0, in texels
float in_front;               // distance of the front layer there
vec4 sum, same_sum;           // sums over the background, and over the surface of the front layer
float total, same_total;

void gather(sampler2D level, int number) {
    ivec2 last = textureSize(level, 0) - 1;
    vec2 position = place / float(1 << number) - 0.5;
    ivec2 base = ivec2(floor(position));
    vec2 share = position - vec2(base);
    float importance = pow(COARSER, float(number));
    ivec2 closest = ivec2(step(0.5, share));
    for (int i = 0; i < 4; i++) {
        ivec2 corner = abs(closest - ivec2(i % 2, i / 2));   // the closest corner first
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
    // Next to an edge the color of the front layer is mixed with that of the nearer object.
    bool at_edge = is_at_edge(u_edges, at);
    if (at_edge && same_total > LITTLE) color = same_sum.rgb / same_total;
    // the far side of an edge counts as background too: an object may lie between two vertices of this layer
    f_mask = vec2(total > LITTLE || (at_edge && u_levels > 0) ? 1.0 : 0.0, is_seen ? 1.0 : 0.0);
    // Next to an object that hides part of it, the front layer is its own background: it continues without a gap.
    f_surface = total > LITTLE && (is_seen || total > same_total) ? sum / total : vec4(color, plane_value(depth));
    if (total <= LITTLE && !is_measured(depth)) f_surface = NOTHING;
}
