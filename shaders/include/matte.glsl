// Where the border between near and far is within a cell, and what color the near side has there, as the picture shows
// it: its pixels mix the colors of both sides. Needs u_color, and of the cell v_is_near and v_cell.

const float AWAY = 1.5;                    // cells from a border's pixels to those of one side alone
const float FURTHER = 1.4;                 // times as far, a side still has its color, else it is patterned
const float LEAST = 0.06, ENOUGH = 0.15;   // contrast from which the picture tells, and by which it tells for sure
const float ALIKE = 0.2, OTHER = 0.5;      // shares of the contrast by which a color may be off

// The color of the near side alone at `uv`. Where the picture tells, `alpha` becomes the share that the near side has
// in the color there.
vec3 matted(vec2 uv, inout float alpha) {
    vec3 here = texture(u_color, uv).rgb;
    vec4 n = v_is_near;
    vec2 way = vec2(n.y + n.w - n.x - n.z, n.z + n.w - n.x - n.y);
    if (way == vec2(0.0)) return here;   // two corners across from each other
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
