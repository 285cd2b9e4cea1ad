#version 330 core

// Places one square for each tile of the target to fill.

uniform ivec2 u_target_size;
uniform int u_tile;            // side of a tile in pixels of the target

in int in_tile;                // the number of the tile, row by row

void main() {
    int across = (u_target_size.x + u_tile - 1) / u_tile;
    ivec2 corner = ivec2(in_tile % across, in_tile / across) + ivec2(gl_VertexID % 2, gl_VertexID / 2 % 2);
    gl_Position = vec4(vec2(corner * u_tile) / vec2(u_target_size) * 2.0 - 1.0, 0.0, 1.0);
}
