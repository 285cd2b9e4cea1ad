#version 330 core
#include "include/world.glsl"
#include "include/layers.glsl"

// Updates the clean plate: for each vertex, the farthest color and depth that the camera has seen there recently. Equal
// samples are averaged. A farther one takes over only after several frames, so that a single bad depth map does not.
// A hidden sample is forgotten slowly.

uniform sampler2D u_color;
uniform sampler2D u_grid_depth;
uniform sampler2D u_depth;       // the depth map as it came: what filled its gaps was not seen there
uniform sampler2D u_old_color;
uniform sampler2D u_old_state;   // plane value, and how many times it was seen
uniform bool u_is_first;
uniform float u_forgotten;       // how much a hidden sample loses in this frame

layout(location = 0) out vec4 f_color;
layout(location = 1) out vec2 f_state;

const float MOST = 12.0;
const float CONTRADICTED = 3.0;
const float MEAN_OF = 8.0;

// The texel of the depth map at a vertex.
ivec2 source_texel(ivec2 at) {
    ivec2 size = textureSize(u_depth, 0);
    vec2 uv = vec2(at) / vec2(textureSize(u_grid_depth, 0) - 1);
    return min(ivec2(uv * vec2(size)), size - 1);
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec3 color = textureLod(u_color, vec2(at) / vec2(textureSize(u_grid_depth, 0) - 1), 0.0).rgb;
    float depth = texelFetch(u_grid_depth, at, 0).r;
    bool was_measured = is_measured(depth) && is_measured(texelFetch(u_depth, source_texel(at), 0).r);
    vec3 old_color = texelFetch(u_old_color, at, 0).rgb;
    vec2 old = texelFetch(u_old_state, at, 0).rg;

    float now = view_distance(depth), before = view_distance(plane_depth(old.r));
    bool is_new = u_is_first || old.g <= 0.0;
    float seen;
    if (!was_measured) {
        seen = is_new ? 0.0 : old.g - u_forgotten;
    } else if (is_farther(now, before)) {
        seen = old.g - CONTRADICTED;
    } else if (is_farther(before, now)) {
        seen = old.g - (old.g < TRUSTED ? 1.0 : u_forgotten);
    } else {
        seen = min(old.g + 1.0, MOST);
        float share = 1.0 / min(seen, MEAN_OF);
        old_color = mix(old_color, color, share);
        old.r = mix(old.r, plane_value(depth), share);
    }
    bool replaced = was_measured && (is_new || seen <= 0.0);
    f_color = vec4(replaced ? color : old_color, 1.0);
    f_state = replaced ? vec2(plane_value(depth), 1.0) : vec2(old.r, seen);
}
