#version 330 core
#include "include/fullscreen.glsl"

out vec2 v_uv;   // 0..1 from the lower left corner of the target

void main() {
    gl_Position = fullscreen_position();
    v_uv = gl_Position.xy * 0.5 + 0.5;
}
