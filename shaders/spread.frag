#version 330 core
#include "include/world.glsl"

// Measures how far each point is from its neighbors: the first half of statistical outlier removal, with neighbors in
// the image. They come in pairs on opposite sides, and the nearer one of each pair counts. So a point on an edge, with
// half of its neighbors on another surface, is judged by its own surface, and a point between two surfaces is far from
// both. The distance to a neighbor is the smaller of that to the neighbor and that to the extrapolated surface, so that
// planes at a grazing angle, where neighbors are far apart, are no outliers. Differences of inverse depth, which is
// affine on planes, are taken as shares of it: that is, of the distance to the camera.

uniform sampler2D u_depth;
uniform int u_neighbors;

out vec4 f_spread;   // mean distance, its square, 1; all 0 where depth is missing

const float MISSING = 1e9;

ivec2 size, here;
float inverse_here;

// Neighbor i of 4 * ring on the right and lower side of the square ring `ring` pixels away.
ivec2 neighbor(int ring, int i) {
    return i < 2 * ring ? ivec2(ring, i - ring + 1) : ivec2(i - 3 * ring, ring);
}

float inverse_at(ivec2 at) {
    if (any(lessThan(at, ivec2(0))) || any(greaterThanEqual(at, size))) return MISSING;
    float d = texelFetch(u_depth, at, 0).r;
    return is_measured(d) ? 1.0 / view_distance(d) : MISSING;
}

float distance_to(ivec2 offset) {
    float first = inverse_at(here + offset), second = inverse_at(here + 2 * offset);
    if (first == MISSING) return MISSING;
    float apart = abs(first - inverse_here);
    return second == MISSING ? apart : min(apart, abs(2.0 * first - second - inverse_here));
}

void main() {
    size = textureSize(u_depth, 0);
    here = ivec2(gl_FragCoord.xy);
    f_spread = vec4(0.0);
    if (any(greaterThanEqual(here, size))) return;   // the target is padded to powers of two for its mipmaps
    inverse_here = inverse_at(here);
    if (inverse_here == MISSING) return;

    float sum = 0.0;
    int found = 0, asked = 0;
    for (int ring = 1; asked < u_neighbors; ring++) {
        for (int i = 0; i < 4 * ring && asked < u_neighbors; i++, asked++) {
            ivec2 offset = neighbor(ring, i);
            float apart = min(distance_to(offset), distance_to(-offset));
            if (apart < MISSING) {
                sum += apart;
                found++;
            }
        }
    }
    float spread = sum / (float(max(found, 1)) * inverse_here);   // a point without neighbors is kept
    f_spread = vec4(spread, spread * spread, 1.0, 0.0);
}
