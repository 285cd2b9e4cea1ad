#version 330 core
#include "include/world.glsl"
#include "include/between.glsl"

// Resamples the depth map to a target of the same size or a smaller one.

uniform ivec2 u_target_size;

out float f_depth;

void main() {
    f_depth = depth_between(map_position(u_target_size), u_target_size);
}
