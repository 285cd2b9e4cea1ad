#version 330 core
#include "include/world.glsl"
#include "include/gaps.glsl"

// Push phase of filling gaps, one pyramid level: a texel without depth takes that of the level above. Where surfaces
// meet, it is the farther one, unless the picture's color clearly says otherwise (joint bilateral upsampling).

#if FINEST
uniform sampler2D u_depth;
#else
uniform sampler2D u_finer;
uniform sampler2D u_finer_color;
#endif
uniform sampler2D u_color;
uniform sampler2D u_coarser;

#if FINEST
out float f_depth;
#else
out vec4 f_surface;
#endif

const float CONTRAST = 0.1;   // colors that differ by more are likely of different surfaces
const float LEAST = 0.05;     // weight of a surface of a wholly different color
const float CLEARLY = 5.0;    // so many times as likely the nearer surface must be

vec4 filled(vec3 color) {
    ivec2 last = textureSize(u_coarser, 0) - 1;
    vec2 place = 0.5 * gl_FragCoord.xy - 0.5;
    ivec2 base = ivec2(floor(place));
    vec2 share = place - vec2(base);
    vec4 four[4];
    float weights[4];
    float farthest = 0.0;
    for (int i = 0; i < 4; i++) {
        ivec2 corner = ivec2(i % 2, i / 2);
        four[i] = texelFetch(u_coarser, clamp(base + corner, ivec2(0), last), 0);
        vec2 close = mix(1.0 - share, share, vec2(corner));
        float unlike = distance(color, four[i].rgb) / CONTRAST;
        weights[i] = exists(four[i]) ? close.x * close.y * max(exp(-unlike * unlike), LEAST) : 0.0;
        if (weights[i] > 0.0) farthest = max(farthest, distance_of(four[i]));
    }
    vec4 far = vec4(0.0), near = vec4(0.0);
    float far_weight = 0.0, near_weight = 0.0;
    for (int i = 0; i < 4; i++) {
        if (weights[i] == 0.0) continue;
        if (is_alike(distance_of(four[i]), farthest)) {
            far += weights[i] * four[i];
            far_weight += weights[i];
        } else {
            near += weights[i] * four[i];
            near_weight += weights[i];
        }
    }
    if (near_weight > CLEARLY * far_weight) return near / near_weight;
    return far_weight > 0.0 ? far / far_weight : NOTHING;
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
#if FINEST
    f_depth = texelFetch(u_depth, at, 0).r;
    if (is_measured(f_depth)) return;
    vec4 surface = filled(color_at(u_color, u_depth, at));
    if (exists(surface)) f_depth = plane_depth(surface.a);
#else
    f_surface = texelFetch(u_finer, at, 0);
    if (!exists(f_surface)) f_surface = filled(texelFetch(u_finer_color, at, 0).rgb);
#endif
}
