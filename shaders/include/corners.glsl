// Cells as instances, two triangles each, for passes that place only some cells. Needs u_grid.

in int in_cell;               // per instance: the number of the cell's top left vertex

const ivec2 CORNERS[6] = ivec2[6](
    ivec2(0, 1), ivec2(1, 1), ivec2(0, 0), ivec2(1, 1), ivec2(1, 0), ivec2(0, 0));

ivec2 cell_of_instance() {
    return ivec2(in_cell % u_grid.x, in_cell / u_grid.x);
}

// The corner of the cell that this vertex is.
ivec2 cell_corner() {
    return CORNERS[gl_VertexID % 6];
}
