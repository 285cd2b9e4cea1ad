#version 330 core
#include "include/world.glsl"
#include "include/gaps.glsl"

// Pull phase of filling gaps, one pyramid level: keeps the farther surface of the four texels below.

#if FINEST
uniform sampler2D u_depth;
uniform sampler2D u_color;
#else
uniform sampler2D u_finer;
uniform sampler2D u_finer_beside;
#endif

layout(location = 0) out vec4 f_surface;
layout(location = 1) out vec4 f_beside;

const float FARTHEST = 1.5;   // a slope is not followed over more than this ratio of distances: it may be noise
const float ENOUGH = 0.3;   // a farther surface counts from this share of what was measured: fewer may be noise

vec2 corner(int i) {
    return vec2(i % 2, i / 2);
}

void main() {
    ivec2 at = 2 * ivec2(gl_FragCoord.xy);
    Surface four[4];
    float shares[4];
    vec3 mean = vec3(0.0);
    float measured = 0.0;
    for (int i = 0; i < 4; i++) {
        ivec2 below = at + ivec2(corner(i));
#if FINEST
        ivec2 size = textureSize(u_depth, 0);
        vec3 color = color_at(u_color, u_depth, below);
        float d = all(lessThan(below, size)) ? texelFetch(u_depth, below, 0).r : NOT_MEASURED;
        four[i] = NOTHING;
        if (is_measured(d)) four[i] = Surface(color, plane_value(d), vec2(0.0), true);
        shares[i] = four[i].exists ? 1.0 : 0.0;
#else
        ivec2 size = textureSize(u_finer, 0);
        vec4 beside = texelFetch(u_finer_beside, min(below, size - 1), 0);
        four[i] = stored(texelFetch(u_finer, min(below, size - 1), 0), beside);
        vec3 color = color_of(beside.z);
        shares[i] = four[i].exists && all(lessThan(below, size)) ? beside.w : 0.0;
#endif
        mean += 0.25 * color;
        measured += shares[i];
    }
    // in the middle of a surface, where all are alike, the loop has nothing to do: a software renderer spares it then
    float nearest = 1e30, farthest = 0.0;
    for (int i = 0; i < 4; i++) {
        float z = shares[i] > 0.0 ? distance_of(four[i].value) : 1e30;
        nearest = min(nearest, z);
        farthest = max(farthest, z);
    }
    bool is_even = farthest <= nearest * (1.0 + ALIKE);
    int far = is_even ? 0 : -1, count = is_even ? 0 : 4;
    for (int i = 0; i < count; i++) {
        if (shares[i] == 0.0) continue;
        float alike = 0.0;
        for (int j = 0; j < 4; j++) {
            if (shares[j] > 0.0 && is_one(four[i], four[j], corner(j) - corner(i))) alike += shares[j];
        }
        if (alike < ENOUGH * measured) continue;
        if (far < 0 || distance_of(four[i].value) > distance_of(four[far].value)) far = i;
    }
    vec4 sum = vec4(0.0);
    vec2 slopes = vec2(0.0);
    float total = 0.0;
    bvec4 chosen = bvec4(false);
    for (int i = 0; i < 4; i++) {
        if (far < 0 || shares[i] == 0.0 || !is_one(four[far], four[i], corner(i) - corner(far))) continue;
        chosen[i] = true;
        sum += shares[i] * vec4(four[i].color, four[i].value);
        slopes += shares[i] * four[i].slope;
        total += shares[i];
    }
    if (total > 0.0) {
        sum /= total;
        slopes /= total;
    }
    // the slope from one texel to the next, where there are two side by side; otherwise that within the texels
    vec4 steps = vec4(four[1].value - four[0].value, four[3].value - four[2].value,
                      four[2].value - four[0].value, four[3].value - four[1].value);
    vec4 both = vec4(chosen.x && chosen.y, chosen.z && chosen.w, chosen.x && chosen.z, chosen.y && chosen.w);
    if (both.x + both.y > 0.0) slopes.x = dot(steps.xy, both.xy) / (both.x + both.y);
    if (both.z + both.w > 0.0) slopes.y = dot(steps.zw, both.zw) / (both.z + both.w);
    // follow the slope from the middle of what was chosen to that of the texel
    vec2 middle = vec2(0.0);
    for (int i = 0; i < 4; i++) {
        if (chosen[i]) middle += shares[i] / total * (corner(i) - 0.5);
    }
    float moved = sum.a - dot(slopes, middle), before = distance_of(sum.a), after = distance_of(moved);
    if (max(before, after) < FARTHEST * min(before, after)) sum.a = moved;
    f_surface = kept(Surface(sum.rgb, sum.a, slopes, total > 0.0));
    f_beside = vec4(2.0 * slopes, number_of(mean), 0.25 * measured);
}
