#version 330 core

// Places a square point on each tile of the target to fill.

uniform ivec2 u_target_size;
uniform int u_tile;            // side of a tile in pixels of the target

in int in_tile;                // the number of the tile, row by row

void main() {
    int across = (u_target_size.x + u_tile - 1) / u_tile;
    vec2 size = vec2(u_target_size), middle = (vec2(in_tile % across, in_tile / across) + 0.5) * float(u_tile);
    middle = min(middle, max(size - 0.5 * float(u_tile), 0.5 * size));   // a point whose middle lies outside is not drawn
    gl_Position = vec4(middle / size * 2.0 - 1.0, 0.0, 1.0);
    gl_PointSize = float(u_tile);
}
