#version 330 core
#include "include/world.glsl"
#include "include/layers.glsl"

// Pull phase, one pyramid level: averages the nearest of four samples with those that belong to the same object.

uniform sampler2D u_finer;

out vec4 f_surface;

void main() {
    ivec2 last = textureSize(u_finer, 0) - 1;
    ivec2 at = 2 * ivec2(gl_FragCoord.xy);
    vec4 four[4];
    float nearest = 1e9;
    for (int i = 0; i < 4; i++) {
        four[i] = texelFetch(u_finer, min(at + ivec2(i % 2, i / 2), last), 0);
        if (exists(four[i])) nearest = min(nearest, distance_of(four[i]));
    }
    vec4 sum = vec4(0.0);
    float count = 0.0;
    for (int i = 0; i < 4; i++) {
        if (exists(four[i]) && !is_apart(distance_of(four[i]), nearest)) {
            sum += four[i];
            count += 1.0;
        }
    }
    f_surface = count > 0.0 ? sum / count : NOTHING;
}
