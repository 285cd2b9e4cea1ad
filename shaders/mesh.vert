#version 330 core

// Draws a mesh that has a color at each vertex.

in vec3 in_place;
in vec3 in_color;

uniform mat4 u_view;
uniform mat4 u_projection;
uniform float u_units;      // world units per unit of the mesh

out vec3 v_color;

void main() {
    gl_Position = u_projection * (u_view * vec4(in_place * u_units, 1.0));
    v_color = in_color;
}
