#version 330 core
#include "include/surface.glsl"

// Computes surface normals by fitting a plane to the neighborhood. For a pinhole camera the inverse distance of a plane
// is affine in the pixel position, so a weighted least-squares fit of three numbers finds it; in relief the distance
// itself is affine. What lies across an edge has no weight, so normals stay smooth right up to a silhouette.

const int REACH = 2;
const float SAME_SURFACE = 0.03;   // neighbors that differ by this share of their distance have little weight

out vec4 f_normal;   // normal in world space, and the distance

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    ivec2 last = textureSize(u_depth, 0) - 1;
    float d = texelFetch(u_depth, at, 0).r;
    float z = view_distance(d);
    float middle = u_is_relief ? z : 1.0 / z;

    // sums of the normal equations, relative to the center to keep the numbers small
    float n = 0.0, xx = 0.0, xy = 0.0, yy = 0.0, x1 = 0.0, y1 = 0.0, xq = 0.0, yq = 0.0, q1 = 0.0;
    for (int j = -REACH; j <= REACH; j++) {
        for (int i = -REACH; i <= REACH; i++) {
            ivec2 there = at + ivec2(i, j);
            if (any(lessThan(there, ivec2(0))) || any(greaterThan(there, last))) continue;
            float other = texelFetch(u_depth, there, 0).r;
            float z_other = view_distance(other);
            // the tolerance grows with the distance from the center
            float off = (z_other - z) / (SAME_SURFACE * z * float(max(abs(i), abs(j)) + 1));
            float weight = is_measured(other) ? exp(-off * off) : 0.0;
            float q = (u_is_relief ? z_other : 1.0 / z_other) - middle;
            vec2 p = vec2(i, j) * weight;
            n += weight; x1 += p.x; y1 += p.y; q1 += weight * q;
            xx += p.x * float(i); xy += p.x * float(j); yy += p.y * float(j);
            xq += p.x * q; yq += p.y * q;
        }
    }
    // eliminate the constant, then solve the 2x2 system
    xx -= x1 * x1 / n; xy -= x1 * y1 / n; yy -= y1 * y1 / n;
    xq -= x1 * q1 / n; yq -= y1 * q1 / n;
    float det = xx * yy - xy * xy;
    vec2 slope = det > 1e-6 ? vec2(xq * yy - yq * xy, yq * xx - xq * xy) / det : vec2(0.0);

    vec2 ray = uv_of(at) * u_rays.xy + u_rays.zw;
    vec2 per_ray = slope * vec2(last) / u_rays.xy;   // from texels to rays
    vec3 normal = u_is_relief
        ? vec3(per_ray / RELIEF_PLANE, 1.0)
        : vec3(-per_ray, middle - dot(per_ray, ray));
    f_normal = vec4(normalize(normal), z);
}
