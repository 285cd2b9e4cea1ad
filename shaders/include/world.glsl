// Where a pixel with a depth lies in space: the same formula as engine/geometry/world.py, which explains it.

uniform bool u_is_disparity;
uniform vec2 u_z_affine;    // gain, bias
uniform vec2 u_z_limits;    // nearest, farthest
uniform vec2 u_t_affine;    // gain, bias
uniform bool u_is_relief;
uniform float u_relief;
uniform vec4 u_rays;        // ray.xy = uv * u_rays.xy + u_rays.zw, with uv from the top left corner

const float RELIEF_PLANE = 2.0;

const float NOT_MEASURED = -3e38;   // what passes write where they leave a depth out

bool is_measured(float d) {
    return d > (u_is_disparity ? -1e38 : 0.0) && d < 3e38;   // infinity is larger
}

// Inverse depth: the value that grows evenly along every plane, at whatever angle it is seen.
float plane_value(float d) {
    return u_is_disparity ? d : 1.0 / max(d, 1e-9);
}

// The depth that has a plane value.
float plane_depth(float value) {
    return u_is_disparity ? value : 1.0 / max(value, 1e-9);
}

float nearness(float d) {
    return clamp(u_t_affine.x * plane_value(d) + u_t_affine.y, 0.0, 1.0);
}

// Of what is not measured: that of the far end of the range, if it has ends. It is not drawn, but the cells around it are
// stretched there.
float view_distance(float d) {
    if (!is_measured(d)) d = u_t_affine.x == 0.0 ? 0.0 : plane_depth(-u_t_affine.y / u_t_affine.x);
    if (u_is_relief) return RELIEF_PLANE - u_relief * nearness(d);
    float value = u_z_affine.x * d + u_z_affine.y;
    if (u_is_disparity) return 1.0 / clamp(value, 1.0 / u_z_limits.y, 1.0 / u_z_limits.x);
    return clamp(value, u_z_limits.x, u_z_limits.y);
}

vec3 world_point(vec2 uv, float z) {
    vec2 ray = uv * u_rays.xy + u_rays.zw;
    return vec3(ray * (u_is_relief ? RELIEF_PLANE : z), -z);
}
