#version 330 core
#include "include/world.glsl"
#include "include/cells.glsl"
#include "include/torn.glsl"
#include "include/surface_outputs.glsl"

// Places the vertices of the grid, which needs no vertex buffer: gl_VertexID is the vertex number. Both triangles of a
// cell end with the cell's top left vertex, the provoking one, so flat outputs hold for exactly one cell. They hold
// for nothing where WHOLE cells are merged. Cells that an edge cuts are quads, so that those that are torn
// open need not be filled. RIM cells lie along edges: of their far side, the near side's color is taken away.

uniform sampler2D u_grid_depth;   // one texel per vertex
uniform sampler2D u_edges;        // one texel per cell
#if CUT
#include "include/corners.glsl"
#endif
#if RIM
uniform float u_edge_cut;
uniform bool u_continues;         // whether the far side continues: guessed edges would leave traces of the near one
uniform sampler2D u_surfaces;     // plane values of the near and the far side of an edge close by
out float v_open;                 // how far the view opens that edge; 0 on its near side
#endif
#if POINTS
uniform vec2 u_view_size;         // size of the framebuffer in pixels
uniform float u_point_size;       // diameter, as a share of the distance between points
uniform bool u_only_torn;         // draw points only at holes of the mesh
uniform vec2 u_view_corner;       // of the view in its framebuffer, in pixels
flat out vec3 v_conic;            // pixel (x, y) from the center is in the disc if x²·c.x + 2·x·y·c.y + y²·c.z < 1
flat out vec2 v_center;           // of the point in the framebuffer: drivers disagree on gl_PointCoord
#endif

// The cell whose top left vertex is `at`.
struct Cell {
    vec3 point, right, below, across;
    bool is_complete;
    bool is_torn;
};

Cell cell_at(ivec2 at) {
    ivec2 next = min(at + 1, u_grid - 1);
    vec4 z = view_distances(corner_depths(u_grid_depth, at));
    Cell cell;
    cell.point = vertex_at(at, z.x);
    cell.right = vertex_at(ivec2(next.x, at.y), z.y);
    cell.below = vertex_at(ivec2(at.x, next.y), z.z);
    cell.across = vertex_at(next, z.w);
    float edge = texelFetch(u_edges, at, 0).r;
    cell.is_complete = !is_missing(edge);
    cell.is_torn = (is_cut(edge) || is_missing(edge))
        && evenness(cell.point, cell.right, cell.below, cell.across) < STRETCHED;
    return cell;
}

#if POINTS || VIEW == NORMALS
const float LONGEST = 8.0;   // a gap this many times as wide as on a frontal plane is an edge, not a slope

// The step from one point to the next along `along`: the mean of both sides, or the side with the smaller jump.
vec3 gap_along(ivec2 at, float z, ivec2 along) {
    ivec2 before = max(at - along, 0), after = min(at + along, u_grid - 1);
    float d_before = texelFetch(u_grid_depth, before, 0).r, d_after = texelFetch(u_grid_depth, after, 0).r;
    float z_before = is_measured(d_before) && before != at ? view_distance(d_before) : 1e9;
    float z_after = is_measured(d_after) && after != at ? view_distance(d_after) : 1e9;
    vec3 here = vertex_at(at, z);
    vec3 flat_gap = after != at ? vertex_at(after, z) - here : here - vertex_at(before, z);
    float jump_before = abs(z_before - z), jump_after = abs(z_after - z);
    bool is_even = max(jump_before, jump_after) < 3.0 * min(jump_before, jump_after) + 1e-3 * z;
    vec3 from = is_even || jump_before < jump_after ? vertex_at(before, z_before) : here;
    vec3 to = is_even || jump_before >= jump_after ? vertex_at(after, z_after) : here;
    vec3 gap = is_even ? (to - from) / 2.0 : to - from;
    return length(gap) < LONGEST * length(flat_gap) ? gap : flat_gap;
}
#endif

#if POINTS
// The ellipse on screen of a disc on the surface, as the sums of x², x·y and y² of its axes.
vec3 footprint(ivec2 at, float z) {
    vec3 point = vertex_at(at, z);
    vec3 across = gap_along(at, z, ivec2(1, 0)) / 2.0, down = gap_along(at, z, ivec2(0, 1)) / 2.0;
    vec2 a = on_screen(point + across, u_view_size) - on_screen(point - across, u_view_size);
    vec2 b = on_screen(point + down, u_view_size) - on_screen(point - down, u_view_size);
    float share = u_point_size * u_point_size / 16.0;   // converts diameters in half pixels to radii in pixels
    vec3 spread = share * vec3(a.x * a.x + b.x * b.x, a.x * a.y + b.x * b.y, a.y * a.y + b.y * b.y);
    return spread + vec3(0.25, 0.0, 0.25);   // no thinner than a pixel
}

bool is_beside_a_hole(ivec2 at) {
    for (int i = 0; i < 4; i++) {
        ivec2 corner = at - ivec2(i % 2, i / 2);
        if (any(lessThan(corner, ivec2(0))) || any(greaterThanEqual(corner, u_grid - 1))) continue;
        Cell cell = cell_at(corner);
        if (cell.is_torn || !cell.is_complete) return true;
    }
    return false;
}
#endif

void main() {
#if CUT
    ivec2 corner = cell_corner();
    ivec2 at = cell_of_quad() + corner;
#else
    ivec2 at = ivec2(gl_VertexID % u_grid.x, gl_VertexID / u_grid.x);
#endif
    float d = texelFetch(u_grid_depth, at, 0).r;
    float z = view_distance(d);
#if CUT
    Cell cell = cell_at(at - corner);
    vec3 point = vertex_at(at, z);
#else
    Cell cell = cell_at(at);
    vec3 point = cell.point;
#endif

#if VIEW == NORMALS
    v_normal = face_normal(vec3(0.0), gap_along(at, z, ivec2(1, 0)), gap_along(at, z, ivec2(0, 1)));
#else
    v_normal = vec3(0.0);   // is not seen
#endif
    float weight = u_is_relief ? 1.0 : z;
    v_picture = vec3(vec2(at) / vec2(u_grid - 1) * weight, weight);
    v_nearness = nearness(d);
#if !WHOLE
    v_hole = !cell.is_complete || cell.is_torn ? 1.0 : 0.0;
#endif
    gl_Position = u_view_projection * vec4(point, 1.0);
#if RIM && CUT
    vec4 depths = corner_depths(u_grid_depth, at - corner), distances = view_distances(depths);
    v_open = cell.is_torn ? 1.0 : 0.0;
    if (cell.is_torn) {   // in its place the far side continues, to below the near one
        vec4 is_far = 1.0 - near_corners(distances);
        float end = dot(distances, vec4(1.0));   // farther than each
        vec4 from = mix(vec4(end), distances, is_far), to = distances * is_far;
        bool is_one = max(max(to.x, to.y), max(to.z, to.w)) <
            min(min(from.x, from.y), min(from.z, from.w)) * (1.0 + u_edge_cut);
        float value = continued(plane_values(depths), is_far, corner.x + 2 * corner.y);
        float farthest = view_distance(plane_depth(value));
        v_picture = vec3(vec2(at) / vec2(u_grid - 1), 1.0) * (u_is_relief ? 1.0 : farthest);
        v_nearness = nearness(plane_depth(value));
        gl_Position = is_one && u_continues ? u_view_projection * vec4(vertex_at(at, farthest), 1.0) : OUTSIDE;
    }
#elif RIM
    vec2 values = texelFetch(u_surfaces, at, 0).rg;
    float nearest = view_distance(plane_depth(values.x)), farthest = view_distance(plane_depth(values.y));
    v_open = is_far_side(z, nearest, farthest) ? opening(at, nearest, farthest) : 0.0;
#elif CUT
    if (cell.is_torn) gl_Position = OUTSIDE;
#endif
#if POINTS
    vec3 spread = footprint(at, z);
    v_conic = vec3(spread.z, -spread.y, spread.x) / (spread.x * spread.z - spread.y * spread.y);
    v_center = u_view_corner + (gl_Position.xy / gl_Position.w * 0.5 + 0.5) * u_view_size;
    gl_PointSize = 2.0 * sqrt(max(spread.x, spread.z));
    if (!is_measured(d) || (u_only_torn && !is_beside_a_hole(at))) {
        gl_Position = OUTSIDE;
    }
#endif
}
