#version 330 core
#include "include/world.glsl"

// One step of a joint bilateral filter of the depth map: near edges, a mean over texels of a similar color.

uniform sampler2D u_depth;
uniform sampler2D u_color;
uniform int u_spacing;             // texels between samples
uniform float u_edge_cut;
uniform float u_strength;

out float f_depth;

const float CONTRAST = 0.1;        // colors that differ by more are likely of different surfaces
const vec2 STEP = vec2(0.5, 1.5);  // a difference of distances, in units of the limit of edges: no effect, full effect

ivec2 size;

vec3 color_at(ivec2 at) {
    ivec2 colors = textureSize(u_color, 0);
    return texelFetch(u_color, min(ivec2((vec2(at) + 0.5) / vec2(size) * vec2(colors)), colors - 1), 0).rgb;
}

void main() {
    size = textureSize(u_depth, 0);
    ivec2 here = ivec2(gl_FragCoord.xy);
    f_depth = texelFetch(u_depth, here, 0).r;
    if (!is_measured(f_depth)) return;
    float value = plane_value(f_depth), high = value, low = value;
    vec3 color = color_at(here);
    vec2 sum = vec2(0.0);   // weighted values, weights
    for (int i = 0; i < 9; i++) {
        ivec2 way = ivec2(i % 3 - 1, i / 3 - 1);
        ivec2 there = clamp(here + u_spacing * way, ivec2(0), size - 1);
        float depth = texelFetch(u_depth, there, 0).r;
        float other = is_measured(depth) ? plane_value(depth) : value;
        vec3 unlike = (color_at(there) - color) / CONTRAST;
        sum += exp(-0.5 * dot(unlike, unlike) - 0.4 * float(way.x * way.x + way.y * way.y)) * vec2(other, 1.0);
        high = max(high, other);
        low = min(low, other);
    }
    float one = view_distance(plane_depth(high)), two = view_distance(plane_depth(low));
    float sure = smoothstep(STEP.x * u_edge_cut, STEP.y * u_edge_cut, max(one, two) / min(one, two) - 1.0);
    if (sure > 0.0) f_depth = plane_depth(mix(value, sum.x / sum.y, u_strength * sure));
}
