#version 330 core
#include "include/world.glsl"

// A bilateral filter: each depth becomes the mean of the depths around it on the same surface. It averages inverse
// depth, which is affine on planes, so planes stay planes.

uniform sampler2D u_depth;

out float f_depth;

const int REACH = 2;
const float NEAR_PX = 1.5;     // standard deviations: in pixels,
const float ALIKE = 0.02;      // and in shares of the distance to the camera

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy), last = textureSize(u_depth, 0) - 1;
    float d = texelFetch(u_depth, at, 0).r;
    f_depth = d;
    if (!is_measured(d)) return;
    float z = view_distance(d);
    vec2 sum = vec2(0.0);
    for (int y = -REACH; y <= REACH; y++) {
        for (int x = -REACH; x <= REACH; x++) {
            float other = texelFetch(u_depth, clamp(at + ivec2(x, y), ivec2(0), last), 0).r;
            float difference = view_distance(other) / z - 1.0;
            float squares = float(x * x + y * y) / (NEAR_PX * NEAR_PX) + difference * difference / (ALIKE * ALIKE);
            float weight = exp(-0.5 * squares);
            if (is_measured(other)) sum += weight * vec2(plane_value(other), 1.0);
        }
    }
    f_depth = plane_depth(sum.x / sum.y);
}
