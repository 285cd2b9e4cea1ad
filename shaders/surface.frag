#version 330 core
#include "include/colormap.glsl"

// VIEW is one of these; each is a program of its own, since a software renderer would run all branches for each pixel.
#define PICTURE 0
#define DEPTH 1
#define NORMALS 2

uniform sampler2D u_colour;
#if RIM
uniform float u_feather;      // width of the border between near and far, in cells

smooth in vec2 v_inside;      // place in the cell, from its top left corner
flat in vec4 v_is_near;       // its corners: top left, top right, bottom left, bottom right
#endif

in vec3 v_picture;
in float v_nearness;
flat in vec3 v_normal;
flat in float v_hole;

out vec4 f_colour;

void main() {
    if (v_hole > 0.5) discard;
    float alpha = 1.0;
#if RIM
    vec2 rows = mix(v_is_near.xz, v_is_near.yw, v_inside.x);
    alpha = clamp((mix(rows.x, rows.y, v_inside.y) - 0.5) / u_feather + 0.5, 0.0, 1.0);
    if (alpha < 0.01) discard;
#endif
#if VIEW == DEPTH
    f_colour = vec4(colormap(v_nearness), alpha);
#elif VIEW == NORMALS
    f_colour = vec4(v_normal * 0.5 + 0.5, alpha);
#else
    f_colour = vec4(textureProj(u_colour, v_picture).rgb, alpha);
#endif
}
