// The surface as the source's camera sees it, for passes that run once per vertex. Texel positions are those of the
// vertices: 0 and 1 are the outermost ones.
#include "include/world.glsl"

uniform sampler2D u_depth;   // one texel per vertex

vec2 uv_of(ivec2 at) {
    return vec2(at) / vec2(textureSize(u_depth, 0) - 1);
}

float depth_near(vec2 uv) {
    ivec2 last = textureSize(u_depth, 0) - 1;
    return texelFetch(u_depth, clamp(ivec2(uv * vec2(last) + 0.5), ivec2(0), last), 0).r;
}

// The position of a world point in the picture.
vec2 uv_of_point(vec3 point) {
    vec2 ray = point.xy / (u_is_relief ? RELIEF_PLANE : -point.z);
    return (ray - u_rays.zw) / u_rays.xy;
}
