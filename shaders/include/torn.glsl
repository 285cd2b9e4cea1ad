// Decides which cells cut by an edge are torn open in this view. Needs world.glsl.

uniform mat4 u_view_projection;
uniform vec2 u_view_shape;        // size of the view in pixels, before any squeezing
uniform vec2 u_picture_size;      // size of the source picture in pixels
uniform ivec2 u_grid;             // vertices across and down

const float STRETCHED = 0.8;

vec3 vertex_at(ivec2 at, float z) {
    return world_point(vec2(at) / vec2(u_grid - 1), z);
}

// The position on screen, in half pixels from the center of a view of `size` pixels.
vec2 on_screen(vec3 point, vec2 size) {
    vec4 clip = u_view_projection * vec4(point, 1.0);
    return clip.xy / clip.w * size;
}

// How evenly the picture is stretched over a cell: 1 not at all, 0 into a line. From the source's camera even a cell
// across an edge is not stretched and looks right; from the side it is a rubber sheet and has to go. The worse of both
// triangulations counts.
float evenness(vec3 top_left, vec3 top_right, vec3 bottom_left, vec3 bottom_right) {
    vec2 a = on_screen(top_left, u_view_shape), b = on_screen(top_right, u_view_shape);
    vec2 c = on_screen(bottom_left, u_view_shape), d = on_screen(bottom_right, u_view_shape);
    vec2 cell = u_picture_size / vec2(u_grid - 1);
    vec2 lower_x = (d - c) / cell.x, lower_y = (c - a) / cell.y, upper_x = (b - a) / cell.x, upper_y = (d - b) / cell.y;
    vec2 areas = vec2(determinant(mat2(lower_x, lower_y)), determinant(mat2(upper_x, upper_y)));
    vec2 squares = vec2(dot(lower_x, lower_x) + dot(lower_y, lower_y), dot(upper_x, upper_x) + dot(upper_y, upper_y));
    vec2 even = 2.0 * abs(areas) / max(squares, 1e-12);
    return min(even.x, even.y);
}

// How far the view parts the near and the far side of an edge at a vertex: 0 not at all, as from the source's camera, to
// 1 by most of a cell.
float opening(ivec2 at, float nearest, float farthest) {
    vec2 here = on_screen(vertex_at(at, nearest), u_view_shape), next = on_screen(vertex_at(at + 1, nearest), u_view_shape);
    vec2 apart = on_screen(vertex_at(at, farthest), u_view_shape) - here;
    return clamp(1.5 * length(apart) / max(length(next - here), 1e-9), 0.0, 1.0);
}

bool is_far_side(float z, float nearest, float farthest) {
    return z > 2.0 / (1.0 / nearest + 1.0 / farthest);
}
