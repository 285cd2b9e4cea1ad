#version 330 core
#include "include/world.glsl"

// Matting: finds, for each vertex close to an edge, the colors of the two sides where each is alone, and how far away the
// edge is. The pixels in between mix both; include/matte.glsl takes them apart again.

uniform sampler2D u_grid_depth;
uniform sampler2D u_color;      // at the size of the geometry
uniform float u_edge_cut;
uniform float u_away;           // vertices from an edge to where its pixels are not mixed

layout(location = 0) out vec4 f_near;   // color of the near side; distance from the edge, see include/matte.glsl
layout(location = 1) out vec4 f_far;    // color of the far side; how sure both are
layout(location = 2) out vec2 f_surfaces;   // plane values of both, continued across the edge

const float FURTHER = 1.5;              // a side without pattern has the same color this many times as far away
const float CLOSER = 0.6;               // where a side is thinner than `away`
const float EVEN = 0.15, UNEVEN = 0.3;  // difference within a side, as a share of the contrast: without pattern, with one
const float ALIKE = 0.6, OTHER = 1.5;   // the same: tolerated fully, and not at all

const int TAPS = 21;
const vec2 DISC[TAPS] = vec2[TAPS](
    vec2(-1, -2), vec2(0, -2), vec2(1, -2), vec2(-2, -1), vec2(-1, -1), vec2(0, -1), vec2(1, -1), vec2(2, -1),
    vec2(-2, 0), vec2(-1, 0), vec2(0, 0), vec2(1, 0), vec2(2, 0), vec2(-2, 1), vec2(-1, 1), vec2(0, 1), vec2(1, 1),
    vec2(2, 1), vec2(-1, 2), vec2(0, 2), vec2(1, 2));
const float ACROSS = 0.238;             // share of the disc that a straight edge sweeps per vertex

ivec2 last;
float sense;                            // 1 if near values are the larger ones, else -1

// The plane value at a vertex, times `sense`: larger is nearer.
float value_at(vec2 at) {
    float d = texelFetch(u_grid_depth, clamp(ivec2(at + 0.5), ivec2(0), last), 0).r;
    return is_measured(d) ? sense * plane_value(d) : -1e9;
}

vec3 color_at(vec2 at) {
    return textureLod(u_color, at / vec2(last), 0.0).rgb;
}

bool is_on(vec2 at, float middle, bool is_near) {
    return (value_at(at) > middle) == is_near;
}

// The color of one side, and that further away from the edge; `found` becomes false if the side is nowhere close.
void look(vec2 edge, vec2 way, float middle, bool is_near, out vec3 color, out vec3 further, inout bool found) {
    bool is_there = is_on(edge + way, middle, is_near);
    color = color_at(edge + (is_there ? 1.0 : CLOSER) * way);
    further = is_on(edge + FURTHER * way, middle, is_near) ? color_at(edge + FURTHER * way) : color;
    found = found && (is_there || is_on(edge + CLOSER * way, middle, is_near));
}

void main() {
    last = textureSize(u_grid_depth, 0) - 1;
    sense = view_distance(plane_depth(1.0)) <= view_distance(plane_depth(1e-6)) ? 1.0 : -1.0;
    vec2 here = floor(gl_FragCoord.xy);
    float values[TAPS];
    float highest = -1e9, lowest = 1e9;
    for (int i = 0; i < TAPS; i++) {
        values[i] = value_at(here + DISC[i]);
        highest = max(highest, values[i]);
        if (values[i] > -1e9) lowest = min(lowest, values[i]);
    }
    if (view_distance(plane_depth(sense * lowest)) < view_distance(plane_depth(sense * highest)) * (1.0 + u_edge_cut)) {
        f_near = f_far = vec4(0.0);   // no edge within reach: it is not mixed
        f_surfaces = vec2(sense * highest);
        return;
    }
    float middle = 0.5 * (highest + lowest);   // halfway in inverse depth
    vec2 way = vec2(0.0), near_sum = vec2(0.0), far_sum = vec2(0.0);   // plane values, weights
    float count = 0.0;
    for (int i = 0; i < TAPS; i++) {
        float is_near = values[i] > middle ? 1.0 : 0.0;
        way += (2.0 * is_near - 1.0) * DISC[i];
        count += is_near;
        float weight = values[i] > -1e9 ? exp(-4.0 * dot(DISC[i], DISC[i])) : 0.0;
        near_sum += is_near * weight * vec2(values[i], 1.0);
        far_sum += (1.0 - is_near) * weight * vec2(values[i], 1.0);
    }
    float inside = (count / float(TAPS) - 0.5) / ACROSS;
    way /= max(length(way), 1e-6);
    vec2 edge = here - way * inside;
    vec3 color = color_at(here), near, far, further_near, further_far;
    bool found = way != vec2(0.0);
    look(edge, u_away * way, middle, true, near, further_near, found);
    look(edge, -u_away * way, middle, false, far, further_far, found);
    float contrast = max(distance(near, far), 1e-3);
    vec2 off = vec2(distance(near, further_near), distance(far, further_far)) / contrast;
    vec2 is_even = 1.0 - smoothstep(EVEN, UNEVEN, off);   // then only a wide blur makes a difference
    near = mix(near, further_near, is_even.x);
    far = mix(far, further_far, is_even.y);
    float sure = found ? 1.0 - smoothstep(ALIKE, OTHER, max(off.x, off.y)) : 0.0;
    near_sum = near_sum.y > 0.0 ? near_sum : far_sum;
    far_sum = far_sum.y > 0.0 ? far_sum : near_sum;
    f_surfaces = sense * vec2(near_sum.x / near_sum.y, far_sum.x / far_sum.y);
    f_near = vec4(found ? near : color, clamp(0.5 + inside / 5.0, 0.0, 1.0));
    f_far = vec4(found ? far : color, sure);
}
