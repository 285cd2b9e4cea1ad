#version 330 core
#include "include/world.glsl"

// Leaves out what is too far away, and the points whose neighbours are too far from them: farther than the average of
// the picture by more than so many standard deviations. The smallest level of u_spread holds the averages.

uniform sampler2D u_depth;
uniform sampler2D u_spread;
uniform float u_std_ratio;    // 0: all are kept
uniform vec2 u_farthest;      // which way depths grow with distance, 1 or -1, and the largest that is kept, that way

out float f_depth;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    f_depth = texelFetch(u_depth, at, 0).r;
    if (u_farthest.x * f_depth > u_farthest.y) f_depth = NOT_MEASURED;
    if (u_std_ratio == 0.0) return;
    ivec2 size = textureSize(u_spread, 0);
    vec3 sums = texelFetch(u_spread, ivec2(0), int(round(log2(float(max(size.x, size.y)))))).rgb;
    float mean = sums.r / max(sums.b, 1e-9);
    float deviation = sqrt(max(sums.g / max(sums.b, 1e-9) - mean * mean, 0.0));
    if (texelFetch(u_spread, at, 0).r > mean + u_std_ratio * deviation) f_depth = NOT_MEASURED;
}
