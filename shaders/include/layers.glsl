// Shared by the passes of the background layer. A sample of a surface is its color and its plane value; a negative red
// means that there is none. Needs world.glsl.
#include "include/cells.glsl"

uniform float u_edge_cut;
uniform bool u_is_cut_out;     // missing depth is transparent, and nothing is behind it

const vec4 NOTHING = vec4(-1.0, 0.0, 0.0, 0.0);
const float TRUSTED = 4.0;   // samples of the clean plate that were seen this many times are kept and may be shown

bool exists(vec4 surface) {
    return surface.r >= 0.0;
}

float distance_of(vec4 surface) {
    return view_distance(plane_depth(surface.a));
}

bool is_farther(float a, float b) {
    return a > b * (1.0 + u_edge_cut);
}

// So much farther that it is another object, not another side of the same one.
bool is_apart(float a, float b) {
    return a > b * (1.0 + 4.0 * u_edge_cut);
}

// How much a surface counts where several lie behind the front layer: the next thing behind it continues rather than
// what is farthest away.
float preference(float away) {
    return 1.0 / (away * away);
}

// The vertex of the front layer, whose last one is `last`, at vertex `at` of the background layer of `size` vertices.
ivec2 front_vertex(ivec2 at, ivec2 size, ivec2 last) {
    return ivec2(round(vec2(at) * vec2(last) / vec2(max(size - 1, 1))));
}

// Whether an edge cuts one of the four cells around a vertex, or transparency does.
bool is_at_edge(sampler2D edges, ivec2 at) {
    ivec2 last = textureSize(edges, 0) - 2;
    bool cut = false;
    for (int i = 0; i < 4; i++) {
        float edge = texelFetch(edges, clamp(at - ivec2(i % 2, i / 2), ivec2(0), last), 0).r;
        cut = cut || is_cut(edge) || (u_is_cut_out && is_missing(edge));
    }
    return cut;
}
