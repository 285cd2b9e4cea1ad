#version 330 core
#include "include/world.glsl"

// Brings the depth map to one value for each vertex of the grid. Smooth surfaces are interpolated; where the four
// neighbours lie on both sides of an edge the nearest one is taken, since a mixture would float between the two.

uniform sampler2D u_depth;
uniform ivec2 u_grid;
uniform float u_edge_cut;

out float f_depth;

void main() {
    ivec2 size = textureSize(u_depth, 0);
    vec2 uv = floor(gl_FragCoord.xy) / vec2(u_grid - 1);
    vec2 position = clamp(uv * vec2(size) - 0.5, vec2(0.0), vec2(size - 1));
    ivec2 base = min(ivec2(position), max(size - 2, 0));
    ivec2 next = min(base + 1, size - 1);
    vec2 weight = position - vec2(base);

    vec4 d = vec4(
        texelFetch(u_depth, base, 0).r, texelFetch(u_depth, ivec2(next.x, base.y), 0).r,
        texelFetch(u_depth, ivec2(base.x, next.y), 0).r, texelFetch(u_depth, next, 0).r);
    vec4 z = vec4(view_distance(d.x), view_distance(d.y), view_distance(d.z), view_distance(d.w));
    float nearest = min(min(z.x, z.y), min(z.z, z.w));
    float farthest = max(max(z.x, z.y), max(z.z, z.w));
    bool complete = is_measured(d.x) && is_measured(d.y) && is_measured(d.z) && is_measured(d.w);

    if (complete && (u_edge_cut == 0.0 || farthest <= nearest * (1.0 + u_edge_cut))) {
        f_depth = mix(mix(d.x, d.y, weight.x), mix(d.z, d.w, weight.x), weight.y);
    } else {
        vec2 row = weight.y < 0.5 ? d.xy : d.zw;
        f_depth = weight.x < 0.5 ? row.x : row.y;
    }
}
