// The cells of the grid, stored at their top left vertices. edges.frag writes 0 for whole cells, 0.5 for cells that an
// edge cuts and 1 where depth is missing. Needs world.glsl.

bool is_cut(float edge) {
    return edge > 0.25 && edge < 0.75;
}

bool is_missing(float edge) {
    return edge > 0.75;
}

// Depths at the corners of a cell: top left, top right, bottom left, bottom right.
vec4 corner_depths(sampler2D grid_depth, ivec2 at) {
    ivec2 next = min(at + 1, textureSize(grid_depth, 0) - 1);
    return vec4(
        texelFetch(grid_depth, at, 0).r, texelFetch(grid_depth, ivec2(next.x, at.y), 0).r,
        texelFetch(grid_depth, ivec2(at.x, next.y), 0).r, texelFetch(grid_depth, next, 0).r);
}

vec4 view_distances(vec4 d) {
    return vec4(view_distance(d.x), view_distance(d.y), view_distance(d.z), view_distance(d.w));
}

vec4 plane_values(vec4 d) {
    return vec4(plane_value(d.x), plane_value(d.y), plane_value(d.z), plane_value(d.w));
}

// Which corners lie on the near side of the edge through a cell, 1 or 0.
vec4 near_corners(vec4 z) {
    float nearest = min(min(z.x, z.y), min(z.z, z.w)), farthest = max(max(z.x, z.y), max(z.z, z.w));
    return vec4(lessThan(z, vec4(2.0 / (1.0 / nearest + 1.0 / farthest))));
}

// The plane value at a corner of a cell on the side of the corners `kept`, which is continued flat.
float continued(vec4 values, vec4 kept, int corner) {
    return kept[corner] > 0.5 ? values[corner] : dot(values, kept) / dot(kept, vec4(1.0));
}
