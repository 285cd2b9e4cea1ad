// Shared by the passes that fill gaps in the depth map. A sample of a surface is its color and its plane value; a
// negative red means that there is none. Needs world.glsl.

const vec4 NOTHING = vec4(-1.0, 0.0, 0.0, 0.0);
const float ALIKE = 0.12;   // distances that differ by a smaller share are of one surface, which may be slanted

bool exists(vec4 surface) {
    return surface.r >= 0.0;
}

float distance_of(vec4 surface) {
    return view_distance(plane_depth(surface.a));
}

bool is_alike(float a, float b) {
    return max(a, b) <= min(a, b) * (1.0 + ALIKE);
}

// The color of the picture at a texel of the depth map.
vec3 color_at(sampler2D color, sampler2D depth, ivec2 at) {
    return textureLod(color, (vec2(at) + 0.5) / vec2(textureSize(depth, 0)), 0.0).rgb;
}

// The sample of the depth map at `at`, which may lie beside it.
vec4 surface_at(sampler2D depth, ivec2 at, vec3 color) {
    ivec2 size = textureSize(depth, 0);
    float d = all(lessThan(at, size)) ? texelFetch(depth, at, 0).r : NOT_MEASURED;
    return is_measured(d) ? vec4(color, plane_value(d)) : NOTHING;
}
