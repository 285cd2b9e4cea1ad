// False colors for 0 (far) .. 1 (near), from the samples in engine/settings/colormaps.py.

const int SAMPLES = 17;
uniform vec3 u_colormap[SAMPLES];

vec3 colormap(float t) {
    float position = clamp(t, 0.0, 1.0) * float(SAMPLES - 1);
    int i = min(int(position), SAMPLES - 2);
    return mix(u_colormap[i], u_colormap[i + 1], position - float(i));
}
