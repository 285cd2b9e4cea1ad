// Applies the shading that include/light.glsl computes. Needs u_fog_color.

vec3 shaded(vec3 color, vec4 shade) {
    vec3 light = color * shade.rgb * (255.0 / 128.0);
    light /= max(max(light.r, max(light.g, light.b)), 1.0);   // keep the hue of overexposed colors
    return mix(u_fog_color, light, shade.a);
}
