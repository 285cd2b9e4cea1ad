#version 330 core
#include "include/surface.glsl"

// What light and air make of the colour of each place: `rgb` multiplies it, linearly, and `a` of it comes through the
// fog.

uniform sampler2D u_normals;
uniform sampler2D u_open;      // of the sky: occlusion.frag
uniform sampler2D u_lit;       // by the lamp: shadow.frag
uniform vec3 u_lamp;
uniform float u_lamp_reach;    // from the lamp to the middle of the scene
uniform vec3 u_lamp_colour;
uniform float u_light;
uniform float u_fog;
uniform vec2 u_fog_limits;     // distances at which it begins, and is as dense as it gets

out vec4 f_shade;

const float AMBIENT = 0.28;
const float GAIN = 1.35;       // of what faces the lamp in the middle of the scene
const float WRAP = 0.15;       // the lamp is not a point: it still reaches what faces slightly away
const float UNLIT = 0.3;       // of the picture's own light, in full shadow

const int BLUR = 2;             // the two below are a little rough: they are averaged over so many texels each way,
const float SAME_SURFACE = 0.03; // unless the neighbour's distance differs by more than this share

// What of sky and lamp gets to a place. Either texture may be a single white texel.
vec2 received(ivec2 at, float z) {
    ivec2 last = textureSize(u_normals, 0) - 1, last_open = textureSize(u_open, 0) - 1, last_lit = textureSize(u_lit, 0) - 1;
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
    float open = open_lit.x, lit = open_lit.y;

    vec3 to_lamp = u_lamp - world_point(uv_of(at), here.w);
    float far = length(to_lamp);
    float facing = max((dot(here.xyz, to_lamp) / far + WRAP) / (1.0 + WRAP), 0.0);
    float falloff = 2.0 / (1.0 + far * far / (u_lamp_reach * u_lamp_reach));
    vec3 lamp = AMBIENT + GAIN * facing * falloff * lit * u_lamp_colour;
    vec3 own = vec3(mix(UNLIT, 1.0, lit));

    float depth = clamp((here.w - u_fog_limits.x) / (u_fog_limits.y - u_fog_limits.x), 0.0, 1.0);
    f_shade = vec4(mix(own, lamp, u_light) * open, 1.0 - u_fog * depth * depth * (3.0 - 2.0 * depth));
}
