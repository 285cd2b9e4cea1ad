// Takes mixed pixels along edges apart. Needs u_color.

uniform sampler2D u_matte_near;   // from matte.frag
uniform sampler2D u_matte_far;

const float BLUR = 1.5;                    // vertices from an edge to where its pixels are not mixed any more
const float LEAST = 0.06, ENOUGH = 0.15;   // contrast from which the picture counts, and from which it counts fully
const float ALIKE = 0.5, OTHER = 1.0;      // tolerated color errors, as shares of the contrast: fully and not at all
const float OWN = 0.25, THIRD = 0.6;       // such errors right at the edge: of the far side's pattern, and of a third thing

const float LIT = 2.4;                     // vertices from an edge to where the light is that of one side: no grid that
                                           // light is computed on has wider cells

struct Mixed {
    float share;       // of the near side
    float sure;        // how much that counts
    float far_sure;    // how much `far` counts
    vec3 near, far;    // the color here without the other side's
    vec3 plain_far;    // the color of the far side, whatever is seen here
};

// here: the color of the picture at `uv`.
Mixed unmixed(vec2 uv, vec3 here) {
    vec2 size = vec2(textureSize(u_matte_near, 0));
    vec2 at = (uv * (size - 1.0) + 0.5) / size;
    vec4 near = texture(u_matte_near, at), far = texture(u_matte_far, at);
    float inside = 5.0 * (near.a - 0.5);
    vec3 step = near.rgb - far.rgb;
    float contrast = max(length(step), 1e-3);
    float share = clamp(dot(here - far.rgb, step) / (contrast * contrast), 0.0, 1.0);
    float off = distance(here, far.rgb + share * step) / contrast;
    share = clamp(share, clamp(inside / BLUR, 0.0, 1.0), clamp(1.0 + inside / BLUR, 0.0, 1.0));
    float far_sure = far.a * smoothstep(LEAST, ENOUGH, contrast);
    float sure = far_sure * (1.0 - smoothstep(ALIKE, OTHER, off));
    float third = smoothstep(OWN, THIRD, off) * clamp(2.0 + 2.0 * inside / BLUR, 0.0, 1.0);
    vec3 rest = here - far.rgb - share * step;   // what neither explains: of each side, its share
    vec3 of_far = far.rgb + (1.0 - third) * (1.0 - share) * rest;
    return Mixed(share, sure, far_sure, near.rgb + share * rest, of_far, mix(here, far.rgb, far.a));
}

// Where the far side is lit as it is alone.
vec2 lit_as_far(vec2 uv) {
    vec2 size = vec2(textureSize(u_matte_near, 0)), at = (uv * (size - 1.0) + 0.5) / size;
    vec2 right = vec2(1.0 / size.x, 0.0), below = vec2(0.0, 1.0 / size.y);
    vec2 way = vec2(texture(u_matte_near, at - right).a - texture(u_matte_near, at + right).a,
        texture(u_matte_near, at - below).a - texture(u_matte_near, at + below).a);
    float inside = 5.0 * (texture(u_matte_near, at).a - 0.5);
    return clamp(uv + max(LIT + inside, 0.0) * way / max(length(way), 1e-6) / (size - 1.0), 0.0, 1.0);
}
