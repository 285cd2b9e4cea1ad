#version 330 core
#include "include/world.glsl"
#include "include/surface_outputs.glsl"

// A grid without any buffer: the vertex number says which one it is. Both triangles of a cell have the cell's top left
// vertex as their last, the provoking one, so what is flat here holds for exactly one cell.

uniform sampler2D u_grid_depth;   // one texel for each vertex
uniform sampler2D u_edges;        // and for each cell, at its top left: 0 whole, 0.5 cut by an edge, 1 incomplete
uniform ivec2 u_grid;             // vertices across and down
uniform mat4 u_view_projection;
uniform vec2 u_view_size;         // of the framebuffer and of the source picture, in pixels
uniform vec2 u_picture_size;
uniform float u_point_size;
uniform bool u_is_points;

vec3 vertex_at(ivec2 at, float z) {
    return world_point(vec2(at) / vec2(u_grid - 1), z);
}

const float STRETCHED = 0.8;

vec2 on_screen(vec3 point) {
    vec4 clip = u_view_projection * vec4(point, 1.0);
    return clip.xy / clip.w * u_view_size;
}

// How the picture is stretched on a cell: 1 not at all, 0 into a line. From where the picture was taken even the skin
// across an edge is not stretched, and looks right; from the side it is rubber, and goes. Of the two ways across the
// cell, the worse one counts.
float evenness(vec3 top_left, vec3 top_right, vec3 bottom_left, vec3 bottom_right) {
    vec2 a = on_screen(top_left), b = on_screen(top_right), c = on_screen(bottom_left), d = on_screen(bottom_right);
    vec2 cell = u_picture_size / vec2(u_grid - 1);
    vec2 lower_x = (d - c) / cell.x, lower_y = (c - a) / cell.y, upper_x = (b - a) / cell.x, upper_y = (d - b) / cell.y;
    vec2 areas = vec2(determinant(mat2(lower_x, lower_y)), determinant(mat2(upper_x, upper_y)));
    vec2 squares = vec2(dot(lower_x, lower_x) + dot(lower_y, lower_y), dot(upper_x, upper_x) + dot(upper_y, upper_y));
    vec2 even = 2.0 * abs(areas) / max(squares, 1e-12);
    return min(even.x, even.y);
}

void main() {
    ivec2 at = ivec2(gl_VertexID % u_grid.x, gl_VertexID / u_grid.x);
    ivec2 next = min(at + 1, u_grid - 1);
    float d = texelFetch(u_grid_depth, at, 0).r;
    float right = texelFetch(u_grid_depth, ivec2(next.x, at.y), 0).r;
    float below = texelFetch(u_grid_depth, ivec2(at.x, next.y), 0).r;
    float across = texelFetch(u_grid_depth, next, 0).r;
    vec4 z = vec4(view_distance(d), view_distance(right), view_distance(below), view_distance(across));

    vec3 point = vertex_at(at, z.x);
    vec3 point_right = vertex_at(ivec2(next.x, at.y), z.y);
    vec3 point_below = vertex_at(ivec2(at.x, next.y), z.z);
    vec3 point_across = vertex_at(next, z.w);
    float edge = texelFetch(u_edges, at, 0).r;
    bool torn = edge > 0.25 && evenness(point, point_right, point_below, point_across) < STRETCHED;
    v_hole = edge > 0.75 || torn ? 1.0 : 0.0;

    v_normal = face_normal(point, point_right, point_below);
    float weight = u_is_relief ? 1.0 : z.x;
    v_picture = vec3(vec2(at) / vec2(u_grid - 1) * weight, weight);
    v_nearness = nearness(d);

    gl_Position = u_view_projection * vec4(point, 1.0);
    gl_PointSize = u_point_size;
    if (u_is_points) {
        v_hole = 0.0;
        if (!is_measured(d)) gl_Position = vec4(0.0, 0.0, 2.0, 1.0);   // outside of the clip volume
    }
}
