#version 330 core
#include "include/surface.glsl"

// Screen-space shadows: marches from a point to the lamp through the depth map. A surface blocks the ray where the ray
// passes behind it, but not too far behind. The farther away the blocker is, the softer its shadow: the lamp is an area
// light.

uniform sampler2D u_normals;
uniform vec3 u_lamp;
uniform float u_strength;

out float f_lit;   // 1: the whole lamp is visible

const int STEPS = 28;
const float REACH = 0.75;      // share of the way to the lamp that is marched
const float SOFTNESS = 0.12;   // width of the penumbra, as a share of the distance to the blocker
const float THICKNESS = 0.2;   // thickness of blockers, as a share of their distance
const float BIAS = 0.008;      // likewise: within this distance a surface does not shadow itself

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 here = texelFetch(u_normals, at, 0);
    vec3 point = world_point(uv_of(at), here.w);
    point += here.xyz * BIAS * here.w;
    vec3 way = (u_lamp - point) * REACH;

    // interleaved gradient noise (J. Jimenez, 2014): turns banding into noise, which shade.frag averages away
    float jitter = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
    float hidden = 0.0;
    for (int i = 1; i <= STEPS; i++) {
        float share = (float(i) - jitter) / float(STEPS);
        share *= share;   // short steps first, where shadows are sharp
        vec3 there = point + way * share;
        vec2 uv = uv_of_point(there);
        if (there.z > -1e-3 || any(lessThan(uv, vec2(0.0))) || any(greaterThan(uv, vec2(1.0)))) break;
        float d = depth_near(uv);
        float behind = -there.z - view_distance(d);
        float soft = SOFTNESS * share * length(way) + BIAS * here.w;
        float in_the_way = smoothstep(0.0, soft, behind - BIAS * here.w);
        in_the_way *= 1.0 - smoothstep(0.5, 1.0, behind / (THICKNESS * here.w));
        hidden = is_measured(d) ? max(hidden, in_the_way) : hidden;
    }
    f_lit = 1.0 - u_strength * hidden;
}
