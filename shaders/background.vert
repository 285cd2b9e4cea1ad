#version 330 core
#include "include/world.glsl"
#include "include/layers.glsl"
#include "include/surface_outputs.glsl"
#if SHADED
#include "include/light.glsl"
out vec4 v_shade;
flat out vec4 v_far_shade;
#endif

// Places the background layer: the cells of the grid that have something behind the front layer.

uniform sampler2D u_behind;      // color and plane value per vertex
uniform sampler2D u_mask;        // r: 1 where it differs from the front layer; g: 1 where the camera has seen it
uniform ivec2 u_front_size;     // vertices of the front layer
uniform mat4 u_view_projection;

out vec3 v_painted;
#if PLATE
out float v_seen;
#endif

// For a cell that spans two objects: the color of its far side, the nearness of that side, and its value in the depth
// buffer. For all other cells the last one is 2.
flat out vec3 v_far_color;
flat out vec2 v_far;

bool is_behind(ivec2 vertex) {
    return texelFetch(u_mask, vertex, 0).r > 0.5;
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
    bool behind = is_behind(at) || is_behind(ivec2(next.x, at.y)) || is_behind(ivec2(at.x, next.y)) || is_behind(next);
    v_hole = complete && behind ? 0.0 : 1.0;

    vec2 uv = place(at, size);
    vec3 point = world_point(uv, z);
    vec3 point_right = world_point(place(ivec2(next.x, at.y), size), others.x);
    vec3 point_below = world_point(place(ivec2(at.x, next.y), size), others.y);
    float weight = u_is_relief ? 1.0 : z;
    v_picture = vec3(uv * weight, weight);
    v_nearness = nearness(plane_depth(here.a));
    v_painted = max(here.rgb, 0.0);
#if PLATE
    v_seen = texelFetch(u_mask, at, 0).g;
#endif
    gl_Position = u_view_projection * vec4(point, 1.0);

    // What is hidden behind both is unknown: the far side continues, in its color, to where the near one ends.
    ivec2 far = at;
    if (others.x == farthest) far = ivec2(next.x, at.y);
    if (others.y == farthest) far = ivec2(at.x, next.y);
    if (others.z == farthest) far = next;
    bool spans = is_apart(farthest, min(min(z, others.x), min(others.y, others.z)));
    vec4 far_surface = texelFetch(u_behind, far, 0);
    vec3 far_point = world_point(place(far, size), farthest);
    vec4 far_clip = u_view_projection * vec4(far_point, 1.0);
    v_far_color = far_surface.rgb;
    v_far = vec2(nearness(plane_depth(far_surface.a)), spans ? 0.5 + 0.5 * far_clip.z / far_clip.w : 2.0);
    v_normal = spans ? vec3(0.0, 0.0, 1.0) : face_normal(point, point_right, point_below);
#if SHADED
    v_shade = shade(point, v_normal, z, 1.0, 1.0);   // no shadows are known there
    v_far_shade = shade(far_point, v_normal, farthest, 1.0, 1.0);
#endif
}
