#version 330 core

// Draws points as discs that lie on their surface, so that neighboring discs touch from every viewpoint.

in vec3 in_place;
in vec3 in_normal;
in vec3 in_color;
in float in_size;

uniform mat4 u_view;
uniform mat4 u_projection;
uniform float u_units;      // world units per unit of the points
uniform float u_spacing;    // smallest distance between drawn neighbors, in units of the points
uniform float u_overlap;    // diameter of a disc, in distances to its neighbors
uniform vec2 u_view_size;   // size of the picture in pixels

const float LARGEST_PX = 64.0;

flat out vec3 v_color;
flat out vec3 v_normal;   // in eye space
flat out vec3 v_center;   // in eye space, in world units
flat out float v_radius;

void main() {
    vec4 eye = u_view * vec4(in_place * u_units, 1.0);
    gl_Position = u_projection * eye;
    v_radius = 0.5 * max(in_size, u_spacing) * u_units * u_overlap;
    // the point must hold a disc that is an ellipse on screen where the picture is squeezed
    vec2 scale = vec2(u_projection[0][0], u_projection[1][1]) * u_view_size;
    gl_PointSize = clamp(v_radius * max(scale.x, scale.y) / max(gl_Position.w, 1e-6), 1.0, LARGEST_PX);
    v_normal = mat3(u_view) * in_normal;
    v_center = eye.xyz;
    v_color = in_color;
}
