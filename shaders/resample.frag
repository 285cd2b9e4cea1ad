#version 330 core
#include "include/world.glsl"

// Resamples the depth map to one value per grid vertex. Smooth surfaces are interpolated. Across an edge a mean would
// float between both sides, so one side is chosen: that of the nearest neighbor or, if GUIDED, the one whose color
// matches (joint bilateral upsampling, Kopf et al. 2007, with a vote instead of the mean).

uniform sampler2D u_depth;
uniform ivec2 u_grid;
uniform float u_edge_cut;
#if GUIDED
uniform sampler2D u_color;
uniform float u_guide;      // weight of color against distance, 0..1
#endif

out float f_depth;

#if GUIDED
const float CONTRAST = 0.08;   // colors that differ by more are likely of different surfaces

vec3 color_at(vec2 uv) {
    ivec2 size = textureSize(u_color, 0);
    return texelFetch(u_color, clamp(ivec2(uv * vec2(size)), ivec2(0), size - 1), 0).rgb;
}

float depth_at(ivec2 at) {
    return texelFetch(u_depth, clamp(at, ivec2(0), textureSize(u_depth, 0) - 1), 0).r;
}

bool differ(float d, float value) {
    float a = view_distance(d), b = view_distance(plane_depth(value));
    return max(a, b) > min(a, b) * (1.0 + u_edge_cut);
}

// Whether the surface jumps between two texels: neither lies on the continuation of the other's side. On a steep floor
// each continues the other.
bool jumps(ivec2 from, ivec2 way) {
    float a = depth_at(from - way), b = depth_at(from), c = depth_at(from + way), d = depth_at(from + 2 * way);
    float left = plane_value(b), right = plane_value(c);
    return differ(b, right) && differ(c, 2.0 * left - plane_value(a)) && differ(b, 2.0 * right - plane_value(d));
}

// The depth of the side that the vertex is on, from the 4x4 texels around it.
float chosen_side(vec2 uv, vec2 position, ivec2 base, float middle, float fallback) {
    ivec2 size = textureSize(u_depth, 0);
    vec3 color = color_at(uv);
    vec2 near_sum = vec2(0.0), far_sum = vec2(0.0);   // weight, weighted plane value
    for (int y = -1; y <= 2; y++) {
        for (int x = -1; x <= 2; x++) {
            ivec2 at = clamp(base + ivec2(x, y), ivec2(0), size - 1);
            float d = texelFetch(u_depth, at, 0).r;
            vec2 offset = vec2(at) - position;
            float unlike = distance(color, color_at((vec2(at) + 0.5) / vec2(size))) / CONTRAST;
            float weight = exp(-dot(offset, offset) - u_guide * unlike * unlike);
            if (!is_measured(d)) continue;
            vec2 share = weight * vec2(1.0, plane_value(d));
            if (view_distance(d) < middle) near_sum += share; else far_sum += share;
        }
    }
    vec2 side = near_sum.x > far_sum.x ? near_sum : far_sum;
    return side.x > 1e-12 ? plane_depth(side.y / side.x) : fallback;
}
#endif

void main() {
    ivec2 size = textureSize(u_depth, 0);
    vec2 uv = floor(gl_FragCoord.xy) / vec2(u_grid - 1);
    vec2 position = clamp(uv * vec2(size) - 0.5, vec2(0.0), vec2(size - 1));
    ivec2 base = min(ivec2(position), max(size - 2, 0));
    ivec2 next = min(base + 1, size - 1);
    vec2 weight = position - vec2(base);

    vec4 d = vec4(
        texelFetch(u_depth, base, 0).r, texelFetch(u_depth, ivec2(next.x, base.y), 0).r,
        texelFetch(u_depth, ivec2(base.x, next.y), 0).r, texelFetch(u_depth, next, 0).r);
    vec4 z = vec4(view_distance(d.x), view_distance(d.y), view_distance(d.z), view_distance(d.w));
    float nearest = min(min(z.x, z.y), min(z.z, z.w));
    float farthest = max(max(z.x, z.y), max(z.z, z.w));
    bool complete = is_measured(d.x) && is_measured(d.y) && is_measured(d.z) && is_measured(d.w);
    bool smooth_here = u_edge_cut == 0.0 || farthest <= nearest * (1.0 + u_edge_cut);

    vec2 row = weight.y < 0.5 ? d.xy : d.zw;
    float closest = weight.x < 0.5 ? row.x : row.y;
    f_depth = complete && smooth_here ? mix(mix(d.x, d.y, weight.x), mix(d.z, d.w, weight.x), weight.y) : closest;
#if GUIDED
    ivec2 x = ivec2(1, 0), y = ivec2(0, 1);
    bool cut = u_edge_cut > 0.0 && (jumps(base, x) || jumps(base + y, x) || jumps(base, y) || jumps(base + x, y));
    if (complete && !smooth_here && !cut) {
        vec2 rows = mix(vec2(plane_value(d.x), plane_value(d.z)), vec2(plane_value(d.y), plane_value(d.w)), weight.x);
        f_depth = plane_depth(mix(rows.x, rows.y, weight.y));
    }
    if (complete && !smooth_here && cut) f_depth = chosen_side(uv, position, base, 0.5 * (nearest + farthest), closest);
#endif
}
