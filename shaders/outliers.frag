#version 330 core
#include "include/world.glsl"

// Removes points beyond the far limit, and statistical outliers: points whose distance to their neighbors exceeds the
// mean of the picture by more than u_std_ratio standard deviations. The last mipmap level of u_spread holds the mean.
// An outlier next to a good point takes the depth of that point, so that it leaves no pinhole in the surface.

uniform sampler2D u_depth;
uniform sampler2D u_spread;
uniform float u_std_ratio;    // 0: keep all
uniform vec2 u_farthest;      // sign (1 or -1) by which depth values grow with distance; largest signed value to keep

out float f_depth;

const float CLOSE = 0.03;   // neighbors this close, as a share of their distance, never make an outlier

float limit() {
    ivec2 size = textureSize(u_spread, 0);
    vec3 sums = texelFetch(u_spread, ivec2(0), int(round(log2(float(max(size.x, size.y)))))).rgb;
    float mean = sums.r / max(sums.b, 1e-9);
    float deviation = sqrt(max(sums.g / max(sums.b, 1e-9) - mean * mean, 0.0));
    return max(mean + u_std_ratio * deviation, CLOSE);
}

bool is_far(float d) {
    return u_farthest.x * d > u_farthest.y;
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy), size = textureSize(u_depth, 0);
    float d = texelFetch(u_depth, at, 0).r;
    f_depth = is_far(d) ? NOT_MEASURED : d;
    if (u_std_ratio == 0.0 || !is_measured(d)) return;
    float most = limit(), closest = 1e9;
    if (texelFetch(u_spread, at, 0).r <= most) return;
    f_depth = NOT_MEASURED;
    for (int i = 0; i < 9; i++) {
        ivec2 beside = at + ivec2(i % 3, i / 3) - 1;
        if (any(lessThan(beside, ivec2(0))) || any(greaterThanEqual(beside, size))) continue;
        float other = texelFetch(u_depth, beside, 0).r, difference = abs(view_distance(other) - view_distance(d));
        bool is_good = is_measured(other) && !is_far(other) && texelFetch(u_spread, beside, 0).r <= most;
        if (is_good && difference < closest) {
            closest = difference;
            f_depth = other;
        }
    }
}
