// Shared by the passes that fill gaps in the depth map. A texel of a level has a surface, the mean color of the picture,
// and the share of it that was measured. Needs world.glsl.

struct Surface {
    vec3 color;
    float value;    // plane value in the middle of the texel
    vec2 slope;     // change of the plane value to the next texel to the right and below
    bool exists;
};

const Surface NOTHING = Surface(vec3(0.0), 0.0, vec2(0.0), false);
const float ALIKE = 0.08;   // distances that differ by a smaller share are of one surface

float distance_of(float value) {
    return view_distance(plane_depth(value));
}

bool is_alike(float a, float b) {
    float far = distance_of(a), near = distance_of(b);
    return max(far, near) <= min(far, near) * (1.0 + ALIKE);
}

// Whether two texels lie on one surface: they are alike, or the plane of each leads to the other.
bool is_one(Surface a, Surface b, vec2 way) {
    return is_alike(a.value, b.value)
        || is_alike(a.value + dot(a.slope, way), b.value) && is_alike(b.value - dot(b.slope, way), a.value);
}

// The color of the picture at a texel of the depth map.
vec3 color_at(sampler2D color, sampler2D depth, ivec2 at) {
    ivec2 size = textureSize(color, 0);
    ivec2 closest = ivec2((vec2(at) + 0.5) * vec2(size) / vec2(textureSize(depth, 0)));
    return texelFetch(color, clamp(closest, ivec2(0), size - 1), 0).rgb;
}

// A color as one number, which holds it exactly in 8 bits.
float number_of(vec3 color) {
    return dot(floor(color * 255.0 + 0.5), vec3(65536.0, 256.0, 1.0));
}

vec3 color_of(float number) {
    return mod(floor(vec3(number) / vec3(65536.0, 256.0, 1.0)), 256.0) / 255.0;
}

// Levels keep a surface as its color and value, red negative where there is none; and beside it its slope, the mean
// color of the picture, and the measured share.
Surface stored(vec4 surface, vec4 beside) {
    return Surface(surface.rgb, surface.a, beside.xy, surface.r >= 0.0);
}

vec4 kept(Surface surface) {
    return surface.exists ? vec4(surface.color, surface.value) : vec4(-1.0, 0.0, 0.0, 0.0);
}
