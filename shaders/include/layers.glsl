// What the passes of the layer behind share. A sample of a surface is its color and its plane value; one that is not
// there has a negative red. Needs world.glsl.
#include "include/cells.glsl"

uniform float u_edge_cut;

const vec4 NOTHING = vec4(-1.0, 0.0, 0.0, 0.0);
const float TRUSTED = 4.0;   // a sample of the clean plate that was seen this often is remembered and may be shown

bool exists(vec4 surface) {
    return surface.r >= 0.0;
}

float distance_of(vec4 surface) {
    return view_distance(plane_depth(surface.a));
}

bool is_farther(float a, float b) {
    return a > b * (1.0 + u_edge_cut);
}

// Farther by so much that it is another thing, not another side of the same.
bool is_apart(float a, float b) {
    return a > b * (1.0 + 4.0 * u_edge_cut);
}

// The vertex of the front (whose last is `last`) at which one of the layer behind, `size` vertices large, lies.
ivec2 front_vertex(ivec2 at, ivec2 size, ivec2 last) {
    return ivec2(round(vec2(at) * vec2(last) / vec2(max(size - 1, 1))));
}

// Whether an edge runs through one of the four cells around a vertex.
bool is_at_edge(sampler2D edges, ivec2 at) {
    ivec2 last = textureSize(edges, 0) - 2;
    bool cut = false;
    for (int i = 0; i < 4; i++) {
        float edge = texelFetch(edges, clamp(at - ivec2(i % 2, i / 2), ivec2(0), last), 0).r;
        cut = cut || is_cut(edge);
    }
    return cut;
}
