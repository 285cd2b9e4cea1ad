// One triangle that covers the whole target, without a vertex buffer.

vec4 fullscreen_position() {
    return vec4(float(gl_VertexID % 2) * 4.0 - 1.0, float(gl_VertexID / 2) * 4.0 - 1.0, 0.0, 1.0);
}
