#version 330 core
#include "include/fullscreen.glsl"

void main() {
    gl_Position = fullscreen_position();
}
