#version 330 core
#include "include/world.glsl"
#include "include/colormap.glsl"

// Draws the depth map, flat, in false colors.

uniform sampler2D u_depth;
uniform vec3 u_background;

in vec2 v_uv;
out vec4 f_color;

void main() {
    ivec2 size = textureSize(u_depth, 0);
    float d = texelFetch(u_depth, ivec2(vec2(v_uv.x, 1.0 - v_uv.y) * vec2(size)), 0).r;
    f_color = vec4(is_measured(d) ? colormap(nearness(d)) : u_background, 1.0);
}
