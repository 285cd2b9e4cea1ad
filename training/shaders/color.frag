#version 330
// Linear light of a surface: hemisphere, one shadowed light, four point lights with highlights, fog, glow.
in vec3 world, surface_normal, albedo;
in vec2 coordinates;
in float distance_;
in vec4 in_shadow_map;
flat in vec2 layer_and_glow;
uniform sampler2DArray textures;
uniform sampler2DShadow shadow_map;
uniform vec3 eye, above, below, sun, sun_color, fog_color;
uniform vec3 lamps[4], lamp_colors[4];
uniform sampler2D reflection;
uniform vec2 size;
uniform float fog, gloss, shadow_texel, mirror, ripple;
uniform bool is_reflection, slide_is_shadow;
uniform mat4 slide_view;
uniform float slide_layer, slide_repeats, slide_strength;
out vec4 light;

float sunlit() {
    vec3 p = in_shadow_map.xyz / in_shadow_map.w * 0.5 + 0.5;
    if (any(lessThan(p, vec3(0.0))) || any(greaterThan(p, vec3(1.0)))) return 1.0;
    float share = 0.0;
    for (int i = 0; i < 4; i++)
        share += texture(shadow_map, vec3(p.xy + (vec2(i / 2, i % 2) - 0.5) * shadow_texel * 1.7, p.z - 0.0003));
    return share / 4.0;
}

// What the slide lets through, 0 ... 1 for each color; all of it behind the projector.
vec3 slide() {
    vec4 p = slide_view * vec4(world, 1.0);
    vec3 color = texture(textures, vec3(p.xy / p.w * 0.5 * slide_repeats, slide_layer)).rgb;
    if (slide_strength <= 0.0 || p.w <= 0.0) return vec3(1.0);
    if (slide_is_shadow) color = vec3(smoothstep(0.35, 0.5, dot(color, vec3(0.3, 0.6, 0.1))));
    return mix(vec3(1.0), pow(color, vec3(2.2)), slide_strength);
}

void main() {
    if (is_reflection && world.y < 0.02) discard;  // a mirror does not show itself
    vec3 to_eye = normalize(eye - world);
    vec3 n = normalize(surface_normal);
    if (dot(n, to_eye) < 0.0) n = -n;
    vec3 base = pow(albedo, vec3(2.2));
    if (layer_and_glow.x >= 0.0) base *= pow(texture(textures, vec3(coordinates, layer_and_glow.x)).rgb, vec3(2.2));
    base *= slide();
    vec3 sum = mix(below, above, n.y * 0.5 + 0.5) + sunlit() * sun_color * max(dot(n, sun), 0.0);
    vec3 shine = vec3(0.0);
    for (int i = 0; i < 4; i++) {
        if (lamp_colors[i] == vec3(0.0)) continue;
        vec3 d = lamps[i] - world;
        float square = dot(d, d);
        d *= inversesqrt(square);
        sum += lamp_colors[i] * max(dot(n, d), 0.0) / (1.0 + square);
        if (gloss > 0.02) shine += gloss * lamp_colors[i] * pow(max(dot(n, normalize(d + to_eye)), 0.0), 40.0) / (1.0 + square);
    }
    vec3 c = mix(base * sum + shine, base * 3.0, layer_and_glow.y);
    if (mirror > 0.0 && world.y < 0.02 && n.y > 0.9) {
        float grazing = pow(1.0 - max(to_eye.y, 0.0), 3.0);
        vec2 wave = ripple * vec2(sin(world.x * 37.0 + world.z * 23.0), sin(world.z * 31.0 - world.x * 17.0));
        c = mix(c, texture(reflection, gl_FragCoord.xy / size + wave).rgb, mirror * (0.25 + 0.75 * grazing));
    }
    light = vec4(mix(c, fog_color, 1.0 - exp(-fog * distance_)), 1.0);
}
