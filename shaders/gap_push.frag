#version 330 core
#include "include/world.glsl"
#include "include/gaps.glsl"

// Push phase of filling gaps, one pyramid level: a texel without depth takes that of the level above. Where surfaces
// meet, it is the farther one, unless the picture's color clearly says otherwise (joint bilateral upsampling).

uniform sampler2D u_coarser;
uniform sampler2D u_coarser_beside;
#if FINEST
uniform sampler2D u_depth;
uniform sampler2D u_color;

out float f_depth;
#else
uniform sampler2D u_finer;
uniform sampler2D u_finer_beside;

layout(location = 0) out vec4 f_surface;
layout(location = 1) out vec4 f_beside;
#endif

const float CONTRAST = 0.05;  // colors that differ by more are likely of different surfaces
const float LEAST = 0.05;     // weight of a surface of a wholly different color
const float CLEARLY = 5.0;    // so many times as likely the nearer surface must be

ivec2 base;    // the upper left of the four texels of the level above around this one
vec2 share;    // and how far this one is on the way to the lower right

ivec2 corner(int i) {
    return ivec2(i % 2, i / 2);
}

Surface above(int i) {
    ivec2 at = clamp(base + corner(i), ivec2(0), textureSize(u_coarser, 0) - 1);
    return stored(texelFetch(u_coarser, at, 0), texelFetch(u_coarser_beside, at, 0));
}

// The surface at a texel whose color is `color`. A texel that has one needs `none` of the four: a software renderer
// would run a branch for every texel, but not a loop that no texel needs.
Surface filled(vec3 color, bool none) {
    vec2 place = 0.5 * gl_FragCoord.xy - 0.5;
    base = ivec2(floor(place));
    share = place - vec2(base);
    int count = none ? 0 : 4, farthest = 0;
    Surface far = NOTHING;
    for (int i = 0; i < count; i++) {
        Surface surface = above(i);
        if (!surface.exists || far.exists && distance_of(surface.value) <= distance_of(far.value)) continue;
        far = surface;
        farthest = i;
    }
    vec4 far_sum = vec4(0.0), near_sum = vec4(0.0);
    vec3 far_rest = vec3(0.0), near_rest = vec3(0.0);   // slope and weight
    for (int i = 0; i < count; i++) {
        Surface surface = above(i);
        vec2 close = mix(1.0 - share, share, vec2(corner(i)));
        float unlike = distance(color, surface.color) / CONTRAST;
        float weight = surface.exists ? close.x * close.y * max(exp(-unlike * unlike), LEAST) : 0.0;
        bool is_far = is_one(far, surface, vec2(corner(i) - corner(farthest)));
        vec4 sum = weight * vec4(surface.color, surface.value);
        vec3 rest = weight * vec3(surface.slope, 1.0);
        if (is_far) far_sum += sum; else near_sum += sum;
        if (is_far) far_rest += rest; else near_rest += rest;
    }
    bool is_near = near_rest.z > CLEARLY * far_rest.z;
    vec4 mean = is_near ? near_sum / near_rest.z : far_sum / far_rest.z;
    vec3 rest = is_near ? near_rest : far_rest;
    return Surface(mean.rgb, mean.a, 0.5 * rest.xy / rest.z, far.exists);
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
#if FINEST
    f_depth = texelFetch(u_depth, at, 0).r;
    bool is_there = is_measured(f_depth) || f_depth == NOT_MEASURED;   // what was removed stays removed
    Surface surface = filled(color_at(u_color, u_depth, at), is_there);
    if (!is_there && surface.exists) f_depth = plane_depth(surface.value);
#else
    f_surface = texelFetch(u_finer, at, 0);
    f_beside = texelFetch(u_finer_beside, at, 0);
    bool is_there = stored(f_surface, f_beside).exists;
    Surface surface = filled(color_of(f_beside.z), is_there);
    if (is_there) return;
    f_surface = kept(surface);
    f_beside.xy = surface.slope;
#endif
}
