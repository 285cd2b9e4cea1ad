#version 330 core
#include "include/world.glsl"

// Networks blur edges: between two surfaces lie depths that belong to neither, and they would be drawn as skin or as
// points that fly. Looking up and down the slope for the two surfaces, and continuing each as the plane it is, gives
// two candidates for every texel. One that is near a candidate is kept; one in between goes to that whose colour it has.

uniform sampler2D u_depth;
uniform sampler2D u_colour;
uniform float u_reach;      // how far to look, in texels of the depth map; even, so that its half meets texels too
uniform float u_edge_cut;
uniform float u_strength;

out float f_depth;

const float STEP = 1.0;      // texels over which the slope here is taken
const float KEPT = 0.12;     // this close to a surface, as a share of the jump, is on it
const float CONTRAST = 0.06; // colours that differ by less say nothing

ivec2 size, last;
float value;                 // here

// What is not measured is no surface: as if the one here went on.
float plane_at(vec2 at) {
    float d = texelFetch(u_depth, clamp(ivec2(at), ivec2(0), last), 0).r;
    return is_measured(d) ? plane_value(d) : value;
}

vec3 colour_at(vec2 at) {
    ivec2 colours = textureSize(u_colour, 0);
    return texelFetch(u_colour, clamp(ivec2(at / vec2(size) * vec2(colours)), ivec2(0), colours - 1), 0).rgb;
}

void main() {
    size = textureSize(u_depth, 0);
    last = size - 1;
    vec2 here = gl_FragCoord.xy;
    float depth = texelFetch(u_depth, ivec2(here), 0).r;
    value = plane_value(depth);
    f_depth = depth;

    float half_reach = 0.5 * u_reach;
    vec2 slope = vec2(
        plane_at(here + vec2(half_reach, 0.0)) - plane_at(here - vec2(half_reach, 0.0)),
        plane_at(here + vec2(0.0, half_reach)) - plane_at(here - vec2(0.0, half_reach)));
    vec2 direction = slope / max(length(slope), 1e-12), uphill = direction * u_reach;

    // each surface at reach, and at one and a half times that: what it is, and how it goes on
    float near_side = plane_at(here + uphill), far_side = plane_at(here - uphill);
    float jump = near_side - far_side;
    float near_slope = plane_at(here + 1.5 * uphill) - near_side, far_slope = far_side - plane_at(here - 1.5 * uphill);
    float near_value = near_side - clamp(2.0 * near_slope, 0.0, 0.5 * jump);
    float far_value = far_side + clamp(2.0 * far_slope, 0.0, 0.5 * jump);
    float gap = near_value - far_value;
    // Sure of an edge: a gap that is no slope, far enough in the world, and steeper here than on both sides.
    float step_here = plane_at(here + STEP * direction) - plane_at(here - STEP * direction);
    float step_beside = max(near_slope, far_slope) * 2.0 * STEP / half_reach;
    float ratio = view_distance(plane_depth(far_value)) / view_distance(plane_depth(near_value)) - 1.0;
    float sure = smoothstep(0.5, 0.7, gap / max(jump, 1e-12))
        * smoothstep(1.5 * u_edge_cut, 5.0 * u_edge_cut, ratio)
        * smoothstep(1.4, 2.2, step_here / max(step_beside, 1e-12));

    vec3 colour = colour_at(here);
    float to_near = distance(colour, 0.5 * (colour_at(here + uphill) + colour_at(here + 1.5 * uphill)));
    float to_far = distance(colour, 0.5 * (colour_at(here - uphill) + colour_at(here - 1.5 * uphill)));
    float likeness = (to_far - to_near) / (to_far + to_near + CONTRAST);

    float position = (value - far_value) / max(gap, 1e-12);
    if (position > KEPT && position < 1.0 - KEPT && is_measured(depth)) {
        float surface = position + 0.4 * likeness > 0.5 ? near_value : far_value;
        f_depth = plane_depth(mix(value, surface, u_strength * sure));
    }
}
