#version 330 core

uniform mat4 u_projection;
uniform vec2 u_view_size;

flat in vec3 v_color;
flat in vec3 v_normal;
flat in vec3 v_center;
flat in float v_radius;

out vec4 f_color;

const float HOLLOW = 0.5;   // where discs overlap, the one with the nearest center is seen: its border is deeper

void main() {
    // intersect the ray through this pixel with the plane of the disc
    vec2 device = 2.0 * gl_FragCoord.xy / u_view_size - 1.0;
    vec3 ray = vec3((device + u_projection[2].xy) / vec2(u_projection[0].x, u_projection[1].y), -1.0);
    float along = dot(ray, v_normal);
    float distance = dot(v_center, v_normal) / (abs(along) > 1e-6 ? along : 1e-6);
    float share = length(ray * distance - v_center) / v_radius;
    bool inside = distance > 0.0 && share < 1.0;
    // a disc is at least one pixel: otherwise a floor seen at a grazing angle has gaps
    vec2 middle = (u_projection * vec4(v_center, 1.0)).xy / -v_center.z;
    if (!inside) {
        vec2 off = abs(device - middle) * u_view_size;
        if (max(off.x, off.y) > 1.0) discard;
        distance = -v_center.z;
        share = 0.0;
    }
    distance += HOLLOW * share * share * v_radius;
    gl_FragDepth = 0.5 + 0.5 * (u_projection[3].z - u_projection[2].z * distance) / distance;
    f_color = vec4(v_color, 1.0);
}
