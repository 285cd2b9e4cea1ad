#version 330 core
#include "include/world.glsl"
#include "include/layers.glsl"

// What the layer behind grows from: for each vertex the clean plate, where that lies behind what is in front now, else
// what is in front. The vertices at an edge are left out: their colours are mixed.

uniform sampler2D u_colour;
uniform sampler2D u_grid_depth;
uniform sampler2D u_edges;
#if PLATE
uniform sampler2D u_plate_colour;
uniform sampler2D u_plate_state;
#endif

out vec4 f_surface;

const float TRUSTED = 4.0;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    ivec2 last = textureSize(u_grid_depth, 0) - 1;
    float depth = texelFetch(u_grid_depth, at, 0).r;
    vec3 colour = textureLod(u_colour, vec2(at) / vec2(last), 0.0).rgb;
    f_surface = is_measured(depth) && !is_at_edge(u_edges, at) ? vec4(colour, plane_value(depth)) : NOTHING;
#if PLATE
    vec2 plate = texelFetch(u_plate_state, at, 0).rg;
    bool behind = !is_measured(depth) || is_farther(view_distance(plane_depth(plate.r)), view_distance(depth));
    if (plate.g >= TRUSTED && behind) f_surface = vec4(texelFetch(u_plate_colour, at, 0).rgb, plate.r);
#endif
}
