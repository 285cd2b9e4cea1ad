#version 330 core

// Points as discs that lie on the surface they belong to, and meet their neighbours from wherever they are seen.

in vec3 in_place;
in vec3 in_normal;
in vec3 in_colour;
in float in_size;

uniform mat4 u_view;
uniform mat4 u_projection;
uniform float u_units;      // world units for each unit of the points
uniform float u_spacing;    // least distance of neighbours that are drawn, in units of the points
uniform float u_overlap;    // size of a disc, in distances to its neighbours
uniform vec2 u_view_size;   // of the picture, in pixels

const float LARGEST_PX = 64.0;

flat out vec3 v_colour;
flat out vec3 v_normal;   // in the eye's axes
flat out vec3 v_centre;   // there, in world units
flat out float v_radius;

void main() {
    vec4 eye = u_view * vec4(in_place * u_units, 1.0);
    gl_Position = u_projection * eye;
    v_radius = 0.5 * max(in_size, u_spacing) * u_units * u_overlap;
    // a point is a square; a disc is wider one way than the other where the picture is squeezed
    vec2 scale = vec2(u_projection[0][0], u_projection[1][1]) * u_view_size;
    gl_PointSize = clamp(v_radius * max(scale.x, scale.y) / max(gl_Position.w, 1e-6), 1.0, LARGEST_PX);
    v_normal = mat3(u_view) * in_normal;
    v_centre = eye.xyz;
    v_colour = in_colour;
}
