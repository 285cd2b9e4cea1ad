// False colours for 0 (far, dark blue) .. 1 (near, dark red): nine anchors along the hue circle, brightest in the middle.

const vec3 COLORMAP[9] = vec3[9](
    vec3(0.19, 0.07, 0.23), vec3(0.27, 0.35, 0.84), vec3(0.23, 0.62, 0.99),
    vec3(0.10, 0.88, 0.76), vec3(0.45, 0.99, 0.40), vec3(0.82, 0.91, 0.21),
    vec3(0.99, 0.64, 0.19), vec3(0.90, 0.30, 0.06), vec3(0.55, 0.05, 0.01)
);

vec3 colormap(float t) {
    float position = clamp(t, 0.0, 1.0) * 8.0;
    int i = min(int(position), 7);
    return mix(COLORMAP[i], COLORMAP[i + 1], position - float(i));
}
