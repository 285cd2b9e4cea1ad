#version 330 core
#include "include/world.glsl"
#include "include/layers.glsl"
#include "include/surface_outputs.glsl"
#if SHADED
#include "include/light.glsl"
out vec4 v_shade;
#endif

// The layer behind: the cells of the grid in which something lies behind the front, at the depth of that.

uniform sampler2D u_behind;      // colour and plane value for each vertex
uniform sampler2D u_mask;        // 1 where that is not the front layer
uniform ivec2 u_front_size;     // vertices of the front
uniform mat4 u_view_projection;

const float SKIN = 1.8;          // so many times as far is not the same thing any more

bool is_behind(ivec2 vertex) {
    return texelFetch(u_mask, vertex, 0).r > 0.5;
}

// Whether from this corner to the farthest of its cell leads a skin: from the front layer, or over a wide gap.
bool is_skin(ivec2 corner, float z, float farthest) {
    return farthest > z * SKIN || (!is_behind(corner) && is_farther(farthest, z));
}

vec2 place(ivec2 at, ivec2 size) {
    ivec2 last = u_front_size - 1;
    return vec2(front_vertex(at, size, last)) / vec2(last);
}

void main() {
    ivec2 size = textureSize(u_behind, 0);
    ivec2 at = ivec2(gl_VertexID % size.x, gl_VertexID / size.x);
    ivec2 next = min(at + 1, size - 1);
    vec4 here = texelFetch(u_behind, at, 0);
    vec4 right = texelFetch(u_behind, ivec2(next.x, at.y), 0);
    vec4 below = texelFetch(u_behind, ivec2(at.x, next.y), 0);
    vec4 across = texelFetch(u_behind, next, 0);
    float z = distance_of(here);
    vec3 others = vec3(distance_of(right), distance_of(below), distance_of(across));
    float farthest = max(max(z, others.x), max(others.y, others.z));
    bool complete = exists(here) && exists(right) && exists(below) && exists(across);
    bool skin = is_skin(at, z, farthest) || is_skin(ivec2(next.x, at.y), others.x, farthest)
        || is_skin(ivec2(at.x, next.y), others.y, farthest) || is_skin(next, others.z, farthest);
    bool behind = is_behind(at) || is_behind(ivec2(next.x, at.y)) || is_behind(ivec2(at.x, next.y)) || is_behind(next);
    v_hole = complete && behind && !skin ? 0.0 : 1.0;

    vec2 uv = place(at, size);
    vec3 point = world_point(uv, z);
    vec3 point_right = world_point(place(ivec2(next.x, at.y), size), others.x);
    vec3 point_below = world_point(place(ivec2(at.x, next.y), size), others.y);
    v_normal = face_normal(point, point_right, point_below);
#if SHADED
    v_shade = shade(point, v_normal, z, 1.0, 1.0);   // nobody saw what shadows fall there
#endif
    float weight = u_is_relief ? 1.0 : z;
    v_picture = vec3(uv * weight, weight);
    v_nearness = nearness(plane_depth(here.a));
    gl_Position = u_view_projection * vec4(point, 1.0);
    gl_Position.z += 5e-5 * gl_Position.w;   // where it goes on from the front, the front is drawn
}
