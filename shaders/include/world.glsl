// Converts a pixel and its depth to a world point: the formula that engine/geometry/world.py explains.

uniform bool u_is_disparity;
uniform vec2 u_z_affine;    // gain, bias
uniform vec2 u_z_limits;    // nearest, farthest
uniform vec2 u_t_affine;    // gain, bias
uniform bool u_is_relief;
uniform float u_relief;
uniform vec4 u_rays;        // ray.xy = uv * u_rays.xy + u_rays.zw, with uv from the top left corner

const float RELIEF_PLANE = 2.0;

const float NOT_MEASURED = -3e38;   // written by passes where they remove a depth

bool is_measured(float d) {
    return d > (u_is_disparity ? -1e38 : 0.0) && d < 3e38;   // infinity is larger
}

// Inverse depth: it is affine in the pixel position on every plane.
float plane_value(float d) {
    return u_is_disparity ? d : 1.0 / max(d, 1e-9);
}

// The inverse of plane_value.
float plane_depth(float value) {
    return u_is_disparity ? value : 1.0 / max(value, 1e-9);
}

float nearness(float d) {
    return clamp(u_t_affine.x * plane_value(d) + u_t_affine.y, 0.0, 1.0);
}

// Unmeasured depth gets the far end of the range, if there is one. It is not drawn, but decides how the cells around it
// are stretched.
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
