#version 330 core
#include "include/colormap.glsl"
#include "include/views.glsl"

// Colors the layers. VIEW, POINTS, WHOLE, CUT, RIM, SHADED, SILHOUETTE, BACKGROUND and PLATE are compiled in, since a
// software renderer would run all branches for each pixel.

#if !BACKGROUND
uniform sampler2D u_color;
#endif
#if SHADED
uniform vec3 u_fog_color;
#if BACKGROUND
in vec4 v_shade;
#if !WHOLE
flat in vec4 v_far_shade;
#endif
#else
uniform sampler2D u_shade;   // from shade.frag
uniform vec4 u_shade_uv;     // gain and bias: the centers of its outermost texels are the picture's border
#endif
#endif
#if BACKGROUND
in vec3 v_painted;
#if !WHOLE
flat in vec3 v_far_color;
flat in vec2 v_far;
#endif
#endif
#if PLATE
in float v_seen;              // 1 where the clean plate has a color, 0 where it is inpainted
uniform sampler2D u_plate;    // one texel per vertex of the front layer
#endif
#if SILHOUETTE && CUT
uniform float u_feather;      // width of the border between near and far in cells
smooth in vec2 v_inside;      // position in the cell, from its top left corner
flat in vec4 v_is_near;       // corners of the cell: top left, top right, bottom left, bottom right
#endif

#if SILHOUETTE || RIM
in float v_open;              // how far the view opens the edge close by
#endif

in vec3 v_picture;
in float v_nearness;
#if VIEW == NORMALS && !POINTS && !BACKGROUND
smooth in vec3 v_normal;
#else
flat in vec3 v_normal;
#endif
#if !WHOLE
flat in float v_hole;
#endif
#if POINTS
flat in vec3 v_conic;
flat in vec2 v_center;
#endif

out vec4 f_color;

#if SHADED
#include "include/shaded.glsl"
#endif

#if PLATE
vec3 at_vertices(sampler2D texels, vec2 uv) {
    vec2 size = vec2(textureSize(texels, 0));
    return texture(texels, (uv * (size - 1.0) + 0.5) / size).rgb;
}
#endif

#if SILHOUETTE || RIM
#include "include/matte.glsl"
#endif

void main() {
#if !WHOLE
    if (v_hole > 0.5) discard;
#endif
#if BACKGROUND && !WHOLE
    bool spans = v_far.y < 2.0;
    gl_FragDepth = spans ? clamp(v_far.y, 0.0, 1.0) : gl_FragCoord.z;
#endif
#if POINTS
    vec2 p = gl_FragCoord.xy - v_center;
    if (dot(v_conic, vec3(p.x * p.x, 2.0 * p.x * p.y, p.y * p.y)) > 1.0) discard;
#endif
    float alpha = 1.0;
#if SILHOUETTE
#if CUT
    vec2 rows = mix(v_is_near.xz, v_is_near.yw, v_inside.x);
    float nearby = mix(rows.x, rows.y, v_inside.y);
    alpha = clamp((nearby - 0.5) / u_feather + 0.5, 0.0, 1.0);
    alpha *= smoothstep(0.0, 0.2, nearby);   // avoids staircases where the picture shows no border within the cell
#else
    alpha = 0.0;
#endif
    vec2 mixed_uv = v_picture.xy / v_picture.z;
    Mixed mixed = unmixed(mixed_uv, texture(u_color, mixed_uv).rgb);
    alpha = mix(alpha, mixed.share, mixed.sure) * v_open;
    if (alpha < 0.01) discard;
#endif
#if VIEW == DEPTH
#if BACKGROUND && !WHOLE
    float shown = spans ? v_far.x : v_nearness;
#else
    float shown = v_nearness;
#endif
    vec3 color = colormap(shown);
#elif VIEW == NORMALS
    vec3 color = normalize(v_normal) * 0.5 + 0.5;
#else
    vec2 uv = v_picture.xy / v_picture.z;
#if BACKGROUND
    vec3 color = v_painted;
#if PLATE
    color = mix(color, at_vertices(u_plate, uv), smoothstep(0.9, 1.0, v_seen));
#endif
#if !WHOLE
    if (spans) color = v_far_color;
#endif
#else
    vec3 color = texture(u_color, uv).rgb;
#if SILHOUETTE
    color = mix(color, mixed.near, mixed.sure);
#elif RIM
    Mixed mixed = unmixed(uv, color);
#if CUT
    color = mix(color, mix(mixed.plain_far, mixed.far, mixed.sure), v_open);
#else
    color = mix(color, mixed.far, mixed.far_sure * v_open);
#endif
#endif
#endif
#if SHADED && BACKGROUND && WHOLE
    color = shaded(color, v_shade);
#elif SHADED && BACKGROUND
    color = shaded(color, spans ? v_far_shade : v_shade);
#elif SHADED
#if RIM
    if (v_open > 0.0) uv = lit_as_far(uv);
#endif
    color = shaded(color, texture(u_shade, uv * u_shade_uv.xy + u_shade_uv.zw));
#endif
#endif
    f_color = vec4(color, alpha);
}
