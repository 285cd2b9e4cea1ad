#version 330 core
#include "include/world.glsl"

// How far each point is from its neighbours: the first half of statistical outlier removal, in the order of the picture.
// Neighbours come in pairs on opposite sides, and of each pair the nearer one counts. So a point on an edge, with half of
// its neighbours on another surface, is judged by its own; a point between two surfaces is far from all of them.
// Distances are shares of the distance to the camera, since that is how far apart the points of a surface are.

uniform sampler2D u_depth;
uniform int u_neighbours;

out vec4 f_spread;   // mean distance, its square, 1; all 0 where nothing is measured

const float MISSING = 1e9;

ivec2 size;
vec3 here;
float z_here;

// Opposite neighbour number i, of 4 * ring, on the ring so many pixels away: its right and its lower side.
ivec2 neighbour(int ring, int i) {
    return i < 2 * ring ? ivec2(ring, i - ring + 1) : ivec2(i - 3 * ring, ring);
}

float distance_to(ivec2 at) {
    if (any(lessThan(at, ivec2(0))) || any(greaterThanEqual(at, size))) return MISSING;
    float d = texelFetch(u_depth, at, 0).r;
    if (!is_measured(d)) return MISSING;
    return distance(here, world_point((vec2(at) + 0.5) / vec2(size), view_distance(d))) / z_here;
}

void main() {
    size = textureSize(u_depth, 0);
    ivec2 at = ivec2(gl_FragCoord.xy);
    f_spread = vec4(0.0);
    if (any(greaterThanEqual(at, size))) return;   // the target has sides that can be halved, to the last level
    float d = texelFetch(u_depth, at, 0).r;
    if (!is_measured(d)) return;
    z_here = view_distance(d);
    here = world_point((vec2(at) + 0.5) / vec2(size), z_here);

    float sum = 0.0;
    int found = 0, asked = 0;
    for (int ring = 1; asked < u_neighbours; ring++) {
        for (int i = 0; i < 4 * ring && asked < u_neighbours; i++, asked++) {
            ivec2 offset = neighbour(ring, i);
            float nearer = min(distance_to(at + offset), distance_to(at - offset));
            if (nearer < MISSING) {
                sum += nearer;
                found++;
            }
        }
    }
    float spread = sum / float(max(found, 1));   // quite alone: kept, nothing speaks against it
    f_spread = vec4(spread, spread * spread, 1.0, 0.0);
}
