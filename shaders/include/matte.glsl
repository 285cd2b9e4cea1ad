// Matting: finds the border between near and far within a cell, and the color of the near side there, from the
// picture, whose pixels mix the colors of both sides. Needs u_color, v_is_near and v_cell.

const float AWAY = 1.5;                    // cells from the mixed pixels of a border to those of one side alone
const float FURTHER = 1.4;                 // a side without pattern has the same color this many times as far away
const float LEAST = 0.06, ENOUGH = 0.15;   // contrast from which the picture counts, and from which it counts fully
const float ALIKE = 0.2, OTHER = 0.5;      // tolerated color errors, as shares of the contrast: fully and not at all

// The color of the near side alone at `uv`. Where the picture shows the border, `alpha` becomes the share of the near
// side in the color there.
vec3 matted(vec2 uv, inout float alpha) {
    vec3 here = texture(u_color, uv).rgb;
    vec4 n = v_is_near;
    vec2 way = vec2(n.y + n.w - n.x - n.z, n.z + n.w - n.x - n.y);
    if (way == vec2(0.0)) return here;   // two opposite corners: no direction
    way = normalize(way) * v_cell * AWAY;
    vec3 near = texture(u_color, uv + way).rgb, far = texture(u_color, uv - way).rgb;
    float contrast = max(distance(near, far), 1e-3);
    float share = clamp(dot(here - far, near - far) / (contrast * contrast), 0.0, 1.0);
    float off_near = distance(near, texture(u_color, uv + way * FURTHER).rgb);
    float off_far = distance(far, texture(u_color, uv - way * FURTHER).rgb);
    float off = max(distance(here, mix(far, near, share)), max(off_near, off_far)) / contrast;
    float sure = smoothstep(LEAST, ENOUGH, contrast) * (1.0 - smoothstep(ALIKE, OTHER, off));
    alpha = mix(alpha, share, sure);
    return mix(here, near, sure);
}
