#version 330 core
#include "include/colormap.glsl"

// VIEW, POINTS and SHADED are compiled in: a software renderer would run all branches for each pixel.
#define PICTURE 0
#define DEPTH 1
#define NORMALS 2

uniform sampler2D u_colour;
#if SHADED
uniform sampler2D u_shade;   // see shade.frag
uniform ivec2 u_grid;
uniform vec3 u_fog_colour;
#endif

in vec3 v_picture;
in float v_nearness;
flat in vec3 v_normal;
flat in float v_hole;
#if POINTS
flat in vec3 v_conic;
flat in float v_size_px;
#endif

out vec4 f_colour;

#if SHADED
// Light is mixed linearly; squares are near enough to what a display does.
vec3 shaded(vec3 colour) {
    vec2 at = v_picture.xy / v_picture.z * vec2(u_grid - 1) + 0.5;
    vec4 shade = texture(u_shade, at / vec2(u_grid));
    vec3 light = colour * colour * shade.rgb;
    light /= max(max(light.r, max(light.g, light.b)), 1.0);   // too bright: keep the hue
    return mix(u_fog_colour, sqrt(light), shade.a);
}
#endif

void main() {
    if (v_hole > 0.5) discard;
#if POINTS
    vec2 p = (gl_PointCoord - 0.5) * vec2(v_size_px, -v_size_px);
    if (dot(v_conic, vec3(p.x * p.x, 2.0 * p.x * p.y, p.y * p.y)) > 1.0) discard;
#endif
#if VIEW == DEPTH
    vec3 colour = colormap(v_nearness);
#elif VIEW == NORMALS
    vec3 colour = v_normal * 0.5 + 0.5;
#else
    vec3 colour = textureProj(u_colour, v_picture).rgb;
#if SHADED
    colour = shaded(colour);
#endif
#endif
    f_colour = vec4(colour, 1.0);
}
