#version 330 core
#include "include/world.glsl"
#include "include/layers.glsl"

// Pull phase, one pyramid level: averages those of two or four samples that exist, the nearest most.

uniform sampler2D u_finer;
uniform int u_rows;            // of the finer level, per row of this one

out vec4 f_surface;

void main() {
    ivec2 last = textureSize(u_finer, 0) - 1;
    ivec2 at = ivec2(2, u_rows) * ivec2(gl_FragCoord.xy);
    vec4 sum = vec4(0.0);
    float total = 0.0;
    for (int i = 0; i < 2 * u_rows; i++) {
        vec4 surface = texelFetch(u_finer, min(at + ivec2(i % 2, i / 2), last), 0);
        if (exists(surface)) {
            float weight = preference(distance_of(surface));
            sum += weight * surface;
            total += weight;
        }
    }
    f_surface = total > 0.0 ? sum / total : NOTHING;
}
