#version 330 core
#include "include/world.glsl"
#include "include/between.glsl"

// Sharpens depth edges. Networks blur them: the depths between two surfaces belong to neither, and would be drawn as a
// rubber sheet or as flying pixels. Each texel gets two candidates, one near and one far. A texel close to a candidate
// is kept; one in between moves to the candidate with the more similar color. Candidates are found in two ways:
// wide: search up and down the slope for the two surfaces, and extrapolate each as a plane;
// thin: split the close neighborhood halfway between its nearest and its farthest value. Beams as thin as their blur
// have no surface to extrapolate, and along the slope of one flank lies the other. Only BLURRED depth has them.

uniform sampler2D u_color;
uniform ivec2 u_target_size; // no finer than the grid needs
uniform float u_reach;       // search distance in texels of the depth map; even, so that half of it falls on texels too
uniform float u_edge_cut;
uniform float u_strength;

out float f_depth;

const float STEP = 1.0;      // texels over which the slope here is measured
const float KEPT = 0.12;     // values this close to a candidate, as a share of the gap, are kept
const float CONTRAST = 0.06; // smaller color differences are ignored
const float MIXED = 0.2, OWN = 0.4;   // distance of a color from all mixtures of two sides: surely one, and a third thing
const float CLOSE = 1.5;     // texels between the samples of the thin search
const float APART = 0.2;     // share of the extent: values this far from the middle clearly belong to one side
const float FLAT = 0.02, UNEVEN = 0.06;   // share of the variance that no plane explains: slopes have less, edges more

ivec2 size, last;
vec2 here;
float value;                 // plane value here
vec3 color;

// Unmeasured depth is treated as a continuation of the surface here.
float plane_at(vec2 at) {
    float d = texelFetch(u_depth, clamp(ivec2(at), ivec2(0), last), 0).r;
    return is_measured(d) ? plane_value(d) : value;
}

vec3 color_at(vec2 at) {
    ivec2 colors = textureSize(u_color, 0);
    return texelFetch(u_color, clamp(ivec2(at / vec2(size) * vec2(colors)), ivec2(0), colors - 1), 0).rgb;
}

// Confidence, 0..1, that two values belong to different objects, from the ratio of their distances.
float distinct(float near_value, float far_value) {
    float ratio = view_distance(plane_depth(far_value)) / view_distance(plane_depth(near_value)) - 1.0;
    return smoothstep(1.5 * u_edge_cut, 5.0 * u_edge_cut, ratio);
}

// The value here, moved to one of two candidates (color and value) if it lies between them: from KEPT to `most`, where
// 0 is the far candidate and 1 the near one.
float snapped(vec4 near, vec4 far, float sure, float most) {
    float to_near = distance(color, near.rgb), to_far = distance(color, far.rgb);
    float likeness = (to_far - to_near) / (to_far + to_near + CONTRAST);
    float position = (value - far.a) / max(near.a - far.a, 1e-12);
    if (position <= KEPT || position >= most) return value;
#if !BLURRED
    // a narrow strip of a third thing between the two is no flying pixel
    vec3 step = near.rgb - far.rgb, off = color - far.rgb;
    off -= clamp(dot(off, step) / max(dot(step, step), 1e-6), 0.0, 1.0) * step;
    sure *= 1.0 - smoothstep(MIXED, OWN, length(off));
#endif
    return mix(value, position + 0.4 * likeness > 0.5 ? near.a : far.a, u_strength * sure);
}

float snapped_wide() {
    float half_reach = 0.5 * u_reach;
    vec2 slope = vec2(
        plane_at(here + vec2(half_reach, 0.0)) - plane_at(here - vec2(half_reach, 0.0)),
        plane_at(here + vec2(0.0, half_reach)) - plane_at(here - vec2(0.0, half_reach)));
    vec2 direction = slope / max(length(slope), 1e-12), uphill = direction * u_reach;

    // sample each surface at 1 and 1.5 times the search distance: its value and its slope
    float near_side = plane_at(here + uphill), far_side = plane_at(here - uphill);
    float jump = near_side - far_side;
    float near_slope = plane_at(here + 1.5 * uphill) - near_side, far_slope = far_side - plane_at(here - 1.5 * uphill);
    float near_value = near_side - clamp(2.0 * near_slope, 0.0, 0.5 * jump);
    float far_value = far_side + clamp(2.0 * far_slope, 0.0, 0.5 * jump);
    // Confidence in an edge: the gap is no slope, large enough in the world, and steeper here than on both sides.
    float step_here = plane_at(here + STEP * direction) - plane_at(here - STEP * direction);
    float step_beside = max(near_slope, far_slope) * 2.0 * STEP / half_reach;
    float sure = smoothstep(0.5, 0.7, (near_value - far_value) / max(jump, 1e-12))
        * distinct(near_value, far_value)
        * smoothstep(1.4, 2.2, step_here / max(step_beside, 1e-12));
    vec3 near_color = 0.5 * (color_at(here + uphill) + color_at(here + 1.5 * uphill));
    vec3 far_color = 0.5 * (color_at(here - uphill) + color_at(here - 1.5 * uphill));
    return snapped(vec4(near_color, near_value), vec4(far_color, far_value), sure, 1.0 - KEPT);
}

#if BLURRED
const int TAPS = 21;
const vec2 DISC[TAPS] = vec2[TAPS](
    vec2(-1, -2), vec2(0, -2), vec2(1, -2), vec2(-2, -1), vec2(-1, -1), vec2(0, -1), vec2(1, -1), vec2(2, -1),
    vec2(-2, 0), vec2(-1, 0), vec2(0, 0), vec2(1, 0), vec2(2, 0), vec2(-2, 1), vec2(-1, 1), vec2(0, 1), vec2(1, 1),
    vec2(2, 1), vec2(-1, 2), vec2(0, 2), vec2(1, 2));
const float SPREAD = 34.0;   // sum of the squares of its x, and likewise of its y

// Falls back to `otherwise` where it is not confident.
float snapped_thin(float otherwise) {
    float more[TAPS];
    float high = 0.0, low = 0.0, sum = 0.0, squares = 0.0;
    vec2 moments = vec2(0.0), highest = vec2(0.0), lowest = vec2(0.0);
    for (int i = 0; i < TAPS; i++) {
        float v = plane_at(here + CLOSE * DISC[i]) - value;
        if (v > high) highest = DISC[i];
        if (v < low) lowest = DISC[i];
        high = max(high, v);
        low = min(low, v);
        sum += v;
        squares += v * v;
        moments += v * DISC[i];
        more[i] = v;
    }
    float variance = squares - sum * sum / float(TAPS);
    float unexplained = 1.0 - dot(moments, moments) / max(SPREAD * variance, 1e-12);   // by the best-fitting plane
    float sure = distinct(value + high, value + low) * smoothstep(FLAT, UNEVEN, unexplained);
    if (sure == 0.0) return otherwise;

    vec2 near = vec2(0.0), far = vec2(0.0);   // sum and count
    for (int i = 0; i < TAPS; i++) {
        float above = (more[i] - 0.5 * (high + low)) / (high - low);
        if (above > APART) near += vec2(more[i], 1.0);
        if (above < -APART) far += vec2(more[i], 1.0);
    }
    vec4 near_side = vec4(color_at(here + CLOSE * highest), value + near.x / near.y);
    vec4 far_side = vec4(color_at(here + CLOSE * lowest), value + far.x / far.y);
    return mix(otherwise, snapped(near_side, far_side, 1.0, 2.0), sure);   // the near side is flattened to its mean
}
#endif

const vec2 AROUND[8] = vec2[8](
    vec2(1.0, 0.0), vec2(-1.0, 0.0), vec2(0.0, 1.0), vec2(0.0, -1.0),
    vec2(0.3, 0.3), vec2(-0.3, 0.3), vec2(0.3, -0.3), vec2(-0.3, -0.3));

// A cheap early test, since most texels are not.
bool is_near_an_edge() {
    float high = value, low = value;
    for (int i = 0; i < 8; i++) {
        float v = plane_at(here + u_reach * AROUND[i]);
        high = max(high, v);
        low = min(low, v);
    }
    return distinct(high, low) > 0.0;
}

void main() {
    size = textureSize(u_depth, 0);
    last = size - 1;
    here = map_position(u_target_size);
    f_depth = depth_between(here, u_target_size);
    if (!is_measured(f_depth)) return;
    value = plane_value(f_depth);
    if (is_near_an_edge()) {
        color = color_at(here);
        float moved = snapped_wide();
#if BLURRED
        moved = snapped_thin(moved);
#endif
        if (moved != value) f_depth = plane_depth(moved);
    }
}
