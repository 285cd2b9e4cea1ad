#version 330 core
#include "include/world.glsl"
#include "include/cells.glsl"

// Finds the grid cells that a depth edge crosses, by the rule that engine/geometry/cuts.py explains.

uniform sampler2D u_grid_depth;
uniform float u_edge_cut;
#if STEADY
uniform sampler2D u_before;     // what this pass wrote for the depth map before
uniform float u_steady;         // how much sooner a cell is cut that was cut then, and how much later another, as a share
#endif

out float f_edge;   // 0: whole, 0.5: cut, 1: depth is missing

const float LARGE = 4.0;

ivec2 last;
float limit;        // share by which distances differ at an edge

float depth_at(ivec2 at) {
    return texelFetch(u_grid_depth, clamp(at, ivec2(0), last), 0).r;
}

bool differ(float a, float b, float share) {
    return max(a, b) > min(a, b) * (1.0 + share);
}

// The rise from the last of three values in a row to the next: the smaller of both steps, 0 where their signs differ.
float rise(float before, float middle, float end) {
    float first = middle - before, second = end - middle;
    return first * second > 0.0 ? sign(second) * min(abs(first), abs(second)) : 0.0;
}

// Whether the surface jumps between the third and the fourth of six depths in a row.
bool jumps(float a, float b, float c, float d, float e, float f) {
    float left = view_distance(c), right = view_distance(d);
    float rise_left = is_measured(a) && is_measured(b) ? rise(plane_value(a), plane_value(b), plane_value(c)) : 0.0;
    float rise_right = is_measured(e) && is_measured(f) ? rise(plane_value(f), plane_value(e), plane_value(d)) : 0.0;
    bool off_left = differ(right, view_distance(plane_depth(plane_value(c) + rise_left)), limit);
    bool off_right = differ(left, view_distance(plane_depth(plane_value(d) + rise_right)), limit);
    return differ(left, right, limit) && off_left && off_right
        || differ(left, right, LARGE * limit) && (off_left || off_right);
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    last = textureSize(u_grid_depth, 0) - 1;
    limit = u_edge_cut;
#if STEADY
    limit *= is_cut(texelFetch(u_before, at, 0).r) ? 1.0 - u_steady : 1.0 + u_steady;
#endif
    float row[12];
    float column[12];
    for (int i = 0; i < 6; i++) {
        row[i] = depth_at(at + ivec2(i - 2, 0));
        row[6 + i] = depth_at(at + ivec2(i - 2, 1));
        column[i] = depth_at(at + ivec2(0, i - 2));
        column[6 + i] = depth_at(at + ivec2(1, i - 2));
    }
    bool complete = is_measured(row[2]) && is_measured(row[3]) && is_measured(row[8]) && is_measured(row[9]);
    bool cut = u_edge_cut > 0.0
        && (jumps(row[0], row[1], row[2], row[3], row[4], row[5])
            || jumps(row[6], row[7], row[8], row[9], row[10], row[11])
            || jumps(column[0], column[1], column[2], column[3], column[4], column[5])
            || jumps(column[6], column[7], column[8], column[9], column[10], column[11]));
    f_edge = complete ? (cut ? 0.5 : 0.0) : 1.0;
}
