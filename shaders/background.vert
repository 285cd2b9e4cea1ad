#version 330 core
#include "include/world.glsl"
#include "include/layers.glsl"
#include "include/surface_outputs.glsl"
#if SHADED
#include "include/light.glsl"
out vec4 v_shade;
#if !WHOLE
flat out vec4 v_far_shade;
#endif
#endif

// Places the background layer: the cells of the grid that have something behind the front layer. WHOLE cells are known
// to have it, and to lie on one surface.

uniform sampler2D u_behind;      // color and plane value per vertex
uniform sampler2D u_mask;        // see push.frag
uniform ivec2 u_front_size;     // vertices of the front layer
uniform mat4 u_view_projection;

out vec3 v_painted;
#if PLATE
out float v_seen;
#endif

#if !WHOLE
// For a cell that spans two objects: the color of its far side, the nearness of that side, and its value in the depth
// buffer. For all other cells the last one is 2.
flat out vec3 v_far_color;
flat out vec2 v_far;

float mask_at(ivec2 vertex) {
    return texelFetch(u_mask, vertex, 0).r;
}
#endif

const float FACING = 0.75;      // how much of a normal that is not known is taken to face the camera

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
#if !WHOLE
    float farthest = max(max(z, others.x), max(others.y, others.z));
    bool complete = exists(here) && exists(right) && exists(below) && exists(across);
    vec4 mask = vec4(mask_at(at), mask_at(ivec2(next.x, at.y)), mask_at(ivec2(at.x, next.y)), mask_at(next));
    v_hole = complete && any(greaterThan(mask, vec4(0.5))) ? 0.0 : 1.0;
#endif

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
    v_normal = face_normal(point, point_right, point_below);
    // slopes between painted surfaces are invented: light hardly shows them
    if (texelFetch(u_mask, at, 0).g < 0.5) v_normal = normalize(mix(v_normal, vec3(0.0, 0.0, 1.0), FACING));

#if !WHOLE
    // What is hidden behind both is unknown: the far side continues, in its color, to where the near one ends.
    ivec2 far = at;
    if (others.x == farthest) far = ivec2(next.x, at.y);
    if (others.y == farthest) far = ivec2(at.x, next.y);
    if (others.z == farthest) far = next;
    float nearest = min(min(z, others.x), min(others.y, others.z));
    bool is_painted = all(greaterThan(mask, vec4(0.9)));   // and so has no sharp edges
    bool spans = is_painted ? is_apart(farthest, nearest) : is_farther(farthest, nearest);
    vec4 far_surface = texelFetch(u_behind, far, 0);
    vec3 far_point = world_point(place(far, size), farthest);
    vec4 far_clip = u_view_projection * vec4(far_point, 1.0);
    v_far_color = far_surface.rgb;
    v_far = vec2(nearness(plane_depth(far_surface.a)), spans ? 0.5 + 0.5 * far_clip.z / far_clip.w : 2.0);
    if (spans) v_normal = vec3(0.0, 0.0, 1.0);
#if SHADED
    v_far_shade = shade(far_point, v_normal, farthest, 1.0, 1.0);
#endif
#endif
#if SHADED
    v_shade = shade(point, v_normal, z, 1.0, 1.0);   // no shadows are known there
#endif
}
