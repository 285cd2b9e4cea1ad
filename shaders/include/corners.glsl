// Cells as quads, for passes that place only some cells. Needs u_grid.

in int in_cell;               // the number of the cell's top left vertex

ivec2 cell_of_quad() {
    return ivec2(in_cell % u_grid.x, in_cell / u_grid.x);
}

// The corner of the cell that this vertex is.
ivec2 cell_corner() {
    return ivec2(gl_VertexID % 2, gl_VertexID / 2 % 2);
}
