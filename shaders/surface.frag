#version 330 core
#include "include/colormap.glsl"

uniform sampler2D u_colour;
uniform int u_view;   // 0 colour, 1 depth, 2 normals

in vec3 v_picture;
in float v_nearness;
flat in vec3 v_normal;
flat in float v_cut;

out vec4 f_colour;

void main() {
    if (v_cut > 0.5) discard;
    vec3 colour = textureProj(u_colour, v_picture).rgb;
    if (u_view == 1) colour = colormap(v_nearness);
    if (u_view == 2) colour = v_normal * 0.5 + 0.5;
    f_colour = vec4(colour, 1.0);
}
