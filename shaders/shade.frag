#version 330 core
#include "include/surface.glsl"
#include "include/light.glsl"

// Computes light and fog per vertex for surface.frag.

uniform sampler2D u_normals;
uniform sampler2D u_open;      // visible share of the sky, from occlusion.frag
uniform sampler2D u_lit;       // visible share of the lamp, from shadow.frag

out vec4 f_shade;

const int BLUR = 2;             // radius in texels over which both textures, which are noisy, are averaged
const float SAME_SURFACE = 0.03; // neighbors whose distance differs by more than this share count little

// The shares of sky and lamp that reach a point. Either texture may be a single white texel.
vec2 received(ivec2 at, float z) {
    ivec2 last = textureSize(u_normals, 0) - 1;
    ivec2 last_open = textureSize(u_open, 0) - 1, last_lit = textureSize(u_lit, 0) - 1;
    if (last_open == ivec2(0) && last_lit == ivec2(0)) return vec2(1.0);
    vec3 sum = vec3(0.0);
    for (int j = -BLUR; j <= BLUR; j++) {
        for (int i = -BLUR; i <= BLUR; i++) {
            ivec2 there = clamp(at + ivec2(i, j), ivec2(0), last);
            float off = (texelFetch(u_normals, there, 0).w - z) / (SAME_SURFACE * z);
            vec2 value = vec2(
                texelFetch(u_open, min(there, last_open), 0).r, texelFetch(u_lit, min(there, last_lit), 0).r);
            sum += vec3(value, 1.0) * exp(-off * off);
        }
    }
    return sum.xy / sum.z;
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 here = texelFetch(u_normals, at, 0);
    vec2 open_lit = received(at, here.w);
    f_shade = shade(world_point(uv_of(at), here.w), here.xyz, here.w, open_lit.x, open_lit.y);
}
