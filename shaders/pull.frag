#version 330 core
#include "include/world.glsl"
#include "include/layers.glsl"

// Pull phase, one pyramid level: averages the farthest of four samples with those on the same surface.

uniform sampler2D u_finer;

out vec4 f_surface;

void main() {
    ivec2 last = textureSize(u_finer, 0) - 1;
    ivec2 at = 2 * ivec2(gl_FragCoord.xy);
    vec4 four[4];
    float farthest = 0.0;
    for (int i = 0; i < 4; i++) {
        four[i] = texelFetch(u_finer, min(at + ivec2(i % 2, i / 2), last), 0);
        if (exists(four[i])) farthest = max(farthest, distance_of(four[i]));
    }
    vec4 sum = vec4(0.0);
    float count = 0.0;
    for (int i = 0; i < 4; i++) {
        if (exists(four[i]) && !is_farther(farthest, distance_of(four[i]))) {
            sum += four[i];
            count += 1.0;
        }
    }
    f_surface = count > 0.0 ? sum / count : NOTHING;
}
