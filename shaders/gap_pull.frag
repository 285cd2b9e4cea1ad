#version 330 core
#include "include/world.glsl"
#include "include/gaps.glsl"

// Pull phase of filling gaps, one pyramid level: keeps the farther surface of the four texels below.

#if FINEST
uniform sampler2D u_depth;
#else
uniform sampler2D u_finer;         // the outputs of the level below
uniform sampler2D u_finer_color;
#endif
uniform sampler2D u_color;

layout(location = 0) out vec4 f_surface;   // mean color of the surface, and its plane value; see gaps.glsl
layout(location = 1) out vec4 f_color;     // mean color of the picture, and the share that was measured

const float ENOUGH = 0.3;   // a farther surface counts from this share of what was measured: fewer may be noise

void main() {
    ivec2 at = 2 * ivec2(gl_FragCoord.xy);
    vec4 four[4];
    float shares[4];
    f_color = vec4(0.0);
    float farthest = 0.0;
    for (int i = 0; i < 4; i++) {
        ivec2 corner = at + ivec2(i % 2, i / 2);
#if FINEST
        vec3 color = color_at(u_color, u_depth, corner);
        four[i] = surface_at(u_depth, corner, color);
        shares[i] = exists(four[i]) ? 1.0 : 0.0;
        f_color += 0.25 * vec4(color, shares[i]);
#else
        ivec2 last = textureSize(u_finer, 0) - 1;
        four[i] = texelFetch(u_finer, min(corner, last), 0);
        vec4 color = texelFetch(u_finer_color, min(corner, last), 0);
        shares[i] = exists(four[i]) ? color.a : 0.0;
        f_color += 0.25 * color;
#endif
    }
    float kept = 0.0;
    for (int i = 0; i < 4; i++) {
        if (shares[i] == 0.0) continue;
        float away = distance_of(four[i]), alike = 0.0;
        for (int j = 0; j < 4; j++) {
            if (shares[j] > 0.0 && is_alike(away, distance_of(four[j]))) alike += shares[j];
        }
        if (alike >= 4.0 * ENOUGH * f_color.a) farthest = max(farthest, away);
    }
    f_surface = vec4(0.0);
    for (int i = 0; i < 4; i++) {
        if (shares[i] == 0.0 || !is_alike(distance_of(four[i]), farthest)) continue;
        f_surface += shares[i] * four[i];
        kept += shares[i];
    }
    f_surface = kept > 0.0 ? f_surface / kept : NOTHING;
}
