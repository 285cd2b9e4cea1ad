#version 330 core
#include "include/world.glsl"
#include "include/layers.glsl"

// Push phase, all pyramid levels at once: each vertex takes the mean of the surfaces behind the front layer that lie
// around it. So the background layer grows from the far side of edges inward, never from the near side.

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
layout(location = 1) out vec2 f_mask;   // r: 1 behind the front layer, 0.75 equal to it at an edge, 0 equal elsewhere;
                                        // g: 1 if seen by the camera, 0 if inpainted

// How much each level counts. The first three make what is painted continue what it touches; on the others a sample
// counts by the inverse of its distance, so that far inside the mean of everything around is left.
const float SHARES[7] = float[7](9.0, 3.0, 1.0, 0.5, 0.25, 0.125, 0.0625);
const float WIDE = 12.0;        // times the edge's step: a gap that a view opens so far that no mixture may lie beside it
const float LITTLE = 1e-30;

vec2 place;                   // position on level 0, in texels
float in_front;               // distance of the front layer there
vec4 same_sum;                // sum over the surface of the front layer
float total, same_total;
vec4 first, second;           // sums over two surfaces of the background,
vec2 first_away, second_away; // and of their distances and weights
float behind;                 // sum of what is behind, however far

// Gathers what lies around on one level, weighted by a quadratic B-spline, which leaves no borders of texels. What is
// too little behind the front layer to tell counts less, and so does what is far behind: the next thing continues.
void gather(sampler2D level, int number) {
    if (number > u_levels) return;
    ivec2 last = textureSize(level, 0) - 1;
    vec2 position = place / vec2(1 << number, 1 << max(number - 1, 0));
    ivec2 middle = ivec2(position);
    for (int i = 0; i < 9; i++) {
        ivec2 at = middle + ivec2(i % 3, i / 3) - 1;
        if (at != clamp(at, ivec2(0), last)) continue;
        vec4 surface = texelFetch(level, at, 0);
        if (!exists(surface)) continue;
        vec2 off = abs(vec2(at) + 0.5 - position), rest = max(1.5 - off, 0.0);
        vec2 spline = mix(0.75 - off * off, 0.5 * rest * rest, step(0.5, off));
        float away = distance_of(surface), weight = SHARES[number] * spline.x * spline.y;
        if (is_farther(away, in_front)) {
            weight *= 1.0 - in_front / away;
            behind += weight;
            weight *= preference(away);
            total += weight;
            float there = first_away.y > 0.0 ? first_away.x / first_away.y : away;
            if (is_apart(away, there) || is_apart(there, away)) {
                second += weight * surface;
                second_away += weight * vec2(away, 1.0);
            } else {
                first += weight * surface;
                first_away += weight * vec2(away, 1.0);
            }
        } else if (!is_farther(in_front, away)) {
            same_sum += weight * surface;
            same_total += weight;
        }
    }
}

// What lies behind: the surface that counts most. The nearer one of two fades into the farther one before that begins, in
// color only: a slope from one to the other, seen from the side, would draw the near one's color far beyond its outline.
vec4 behind_here() {
    vec4 one = first / first_away.y;
    if (second_away.y <= LITTLE) return one;
    vec4 other = second / second_away.y;
    bool is_first = first_away.x * second_away.y < second_away.x * first_away.y;
    float share = (is_first ? first_away.y : second_away.y) / (first_away.y + second_away.y);
    vec4 near = is_first ? one : other, far = is_first ? other : one;
    float gap = distance_of(far) / distance_of(near) - 1.0;
    float wide = smoothstep(4.0 * u_edge_cut, WIDE * u_edge_cut, gap);
    float kept = mix(share, smoothstep(0.5, 0.9, share), wide);
    return vec4(mix(far.rgb, near.rgb, kept), share > 0.5 ? near.a : far.a);
}

void main() {
    ivec2 last = textureSize(u_grid_depth, 0) - 1;
    ivec2 at = front_vertex(ivec2(gl_FragCoord.xy), u_target_size, last);
    place = gl_FragCoord.xy;
    float depth = texelFetch(u_grid_depth, at, 0).r;
    in_front = is_measured(depth) ? view_distance(depth) : 0.0;
    same_sum = first = second = vec4(0.0);
    total = same_total = behind = 0.0;
    first_away = second_away = vec2(0.0);

    vec4 seen = texelFetch(u_level_0, ivec2(gl_FragCoord.xy), 0);
    bool is_seen = exists(seen) && is_farther(distance_of(seen), in_front);
    if (is_seen) {
        total = 1.0;
    } else if (u_levels > 0) {
        gather(u_level_0, 0);
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
    // Next to an object that hides part of it, the front layer is its own background: it continues without a gap.
    bool is_hidden = total > LITTLE && (is_seen || behind > same_total);
    // the far side of an edge counts as background too: an object may lie between two vertices of this layer
    bool is_beside = total > LITTLE || (at_edge && u_levels > 0);
    f_mask = vec2(is_hidden ? 1.0 : is_beside ? 0.75 : 0.0, is_seen ? 1.0 : 0.0);
    f_surface = is_seen ? seen : vec4(color, plane_value(depth));
    if (is_hidden && !is_seen) f_surface = behind_here();
    if (!is_measured(depth) && (total <= LITTLE || u_is_cut_out)) f_surface = NOTHING;
}
