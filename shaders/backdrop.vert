#version 330 core
#include "include/world.glsl"
#include "include/colormap.glsl"
#if SHADED
#include "include/light.glsl"
uniform vec3 u_fog_color;
#include "include/shaded.glsl"
#endif

// Places the vertices of the backdrop, which lie in the middle of its cells. It is as far away as a depth buffer can
// tell, so that it only shows where nothing else is drawn.

uniform sampler2D u_surface;      // color and plane value per vertex
uniform float u_margin;           // cells beyond the border of the picture
uniform float u_reach;            // from the border to where nothing is left, as a share of the picture's width
uniform float u_aspect;           // width of the picture over its height
uniform vec3 u_background;
uniform mat4 u_view_projection;

out vec3 v_color;

const float FULL = 0.35;          // share of the reach where nothing has faded yet

vec2 uv_of(ivec2 at, ivec2 size) {
    vec2 uv = (vec2(at) + 0.5 - u_margin) / (vec2(size) - 2.0 * u_margin);
    return u_reach > 0.0 ? uv : clamp(uv, 0.0, 1.0);
}

vec3 point_of(ivec2 at, ivec2 size) {
    return world_point(uv_of(at, size), view_distance(plane_depth(texelFetch(u_surface, at, 0).a)));
}

void main() {
    ivec2 size = textureSize(u_surface, 0);
    ivec2 at = ivec2(gl_VertexID % size.x, gl_VertexID / size.x);
    vec4 surface = texelFetch(u_surface, at, 0);
    float depth = plane_depth(surface.a), z = view_distance(depth);
    vec2 uv = uv_of(at, size);
    vec3 point = world_point(uv, z);
    gl_Position = u_view_projection * vec4(point, 1.0);
    gl_Position.z = gl_Position.w;

#if VIEW == 1
    v_color = colormap(nearness(depth));
#else
    v_color = surface.rgb;
#if SHADED
    ivec2 from = max(at - 1, 0), to = min(at + 1, size - 1);
    vec3 across = point_of(ivec2(to.x, at.y), size) - point_of(ivec2(from.x, at.y), size);
    vec3 up = point_of(ivec2(at.x, from.y), size) - point_of(ivec2(at.x, to.y), size);
    v_color = shaded(v_color, shade(point, normalize(cross(across, up)), z, 1.0, 1.0));
#endif
#endif
    vec2 beyond = max(max(-uv, uv - 1.0), 0.0) * vec2(1.0, 1.0 / u_aspect);
    v_color = mix(v_color, u_background, smoothstep(FULL, 1.0, length(beyond) / max(u_reach, 1e-3)));
}
