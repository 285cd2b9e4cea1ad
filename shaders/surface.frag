#version 330 core
#include "include/colormap.glsl"

// VIEW is one of these; each is a program of its own, since a software renderer would run all branches for each pixel.
#define PICTURE 0
#define DEPTH 1
#define NORMALS 2

uniform sampler2D u_colour;

in vec3 v_picture;
in float v_nearness;
flat in vec3 v_normal;
flat in float v_hole;

out vec4 f_colour;

void main() {
    if (v_hole > 0.5) discard;
#if VIEW == DEPTH
    f_colour = vec4(colormap(v_nearness), 1.0);
#elif VIEW == NORMALS
    f_colour = vec4(v_normal * 0.5 + 0.5, 1.0);
#else
    f_colour = vec4(textureProj(u_colour, v_picture).rgb, 1.0);
#endif
}
