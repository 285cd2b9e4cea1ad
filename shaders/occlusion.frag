#version 330 core
#include "include/surface.glsl"

// Ambient occlusion: how much of the sky above a point is hidden by its surroundings. Samples lie on a spiral, and each
// counts by its height above the tangent plane.

uniform sampler2D u_normals;
uniform float u_strength;

out float f_open;   // 1: the whole sky is visible

const int SAMPLES = 16;
const float RADIUS = 0.09;     // as a share of the picture's width
const float GOLDEN = 2.39996;  // radians: consecutive samples never line up
const float LIFT = 0.08;       // smaller heights are noise in the depth
const float GAIN = 5.0;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec2 uv = uv_of(at);
    vec4 here = texelFetch(u_normals, at, 0);
    vec3 point = world_point(uv, here.w);
    vec2 grid = vec2(textureSize(u_depth, 0) - 1);
    vec2 aspect = vec2(1.0, abs(u_rays.x / u_rays.y));
    float reach = RADIUS * u_rays.x * (u_is_relief ? RELIEF_PLANE : here.w);

    float hidden = 0.0;
    for (int i = 0; i < SAMPLES; i++) {
        float share = (float(i) + 0.5) / float(SAMPLES);
        float angle = GOLDEN * float(i);
        vec2 there = uv + RADIUS * share * aspect * vec2(cos(angle), sin(angle));
        if (any(lessThan(there, vec2(0.0))) || any(greaterThan(there, vec2(1.0)))) continue;
        float d = depth_near(there);
        there = floor(there * grid + 0.5) / grid;   // the position of the texel that was read
        vec3 to = world_point(there, view_distance(d)) - point;
        float far = dot(to, to);
        float height = dot(to, here.xyz) * inversesqrt(max(far, 1e-12));
        float nearby = clamp(1.0 - far / (reach * reach), 0.0, 1.0);
        hidden += is_measured(d) ? max(height - LIFT, 0.0) * nearby : 0.0;
    }
    f_open = 1.0 - u_strength * min(GAIN * hidden / float(SAMPLES), 1.0);
}
