#version 330 core
#include "include/world.glsl"

// A grid without any buffer: the vertex number says which one it is. Both triangles of a cell have the cell's top left
// vertex as their last, the provoking one, so what is flat here holds for exactly one cell.

uniform sampler2D u_grid_depth;   // one texel for each vertex
uniform ivec2 u_grid;             // vertices across and down
uniform mat4 u_view_projection;
uniform float u_edge_cut;
uniform float u_point_size;
uniform bool u_is_points;

out vec3 v_picture;   // homogeneous: the picture is projected onto the surface from where it was taken
out float v_nearness;
flat out vec3 v_normal;
flat out float v_cut;

vec3 vertex_at(ivec2 at, float z) {
    return world_point(vec2(at) / vec2(u_grid - 1), z);
}

void main() {
    ivec2 at = ivec2(gl_VertexID % u_grid.x, gl_VertexID / u_grid.x);
    ivec2 next = min(at + 1, u_grid - 1);
    float d = texelFetch(u_grid_depth, at, 0).r;
    float right = texelFetch(u_grid_depth, ivec2(next.x, at.y), 0).r;
    float below = texelFetch(u_grid_depth, ivec2(at.x, next.y), 0).r;
    float across = texelFetch(u_grid_depth, next, 0).r;
    vec4 z = vec4(view_distance(d), view_distance(right), view_distance(below), view_distance(across));

    float nearest = min(min(z.x, z.y), min(z.z, z.w));
    float farthest = max(max(z.x, z.y), max(z.z, z.w));
    bool complete = is_measured(d) && is_measured(right) && is_measured(below) && is_measured(across);
    bool steep = u_edge_cut > 0.0 && farthest > nearest * (1.0 + u_edge_cut);
    v_cut = !complete || steep ? 1.0 : 0.0;

    vec3 point = vertex_at(at, z.x);
    vec3 normal = cross(vertex_at(ivec2(at.x, next.y), z.z) - point, vertex_at(ivec2(next.x, at.y), z.y) - point);
    v_normal = dot(normal, normal) > 0.0 ? normalize(normal) : vec3(0.0, 0.0, 1.0);
    float weight = u_is_relief ? 1.0 : z.x;
    v_picture = vec3(vec2(at) / vec2(u_grid - 1) * weight, weight);
    v_nearness = nearness(d);

    gl_Position = u_view_projection * vec4(point, 1.0);
    gl_PointSize = u_point_size;
    if (u_is_points) {
        v_cut = 0.0;
        if (!is_measured(d)) gl_Position = vec4(0.0, 0.0, 2.0, 1.0);   // outside of the clip volume
    }
}
