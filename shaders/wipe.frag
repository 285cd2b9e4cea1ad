#version 330 core

// Draws another picture over the right part of the target, or of each of its columns, and a line between the two.

uniform sampler2D u_picture;
uniform float u_column_px;  // width of a column
uniform float u_line_px;    // from its left border

out vec4 f_color;

const float HALF_WIDTH = 1.0;

void main() {
    float beyond = mod(gl_FragCoord.x, u_column_px) - u_line_px;
    if (beyond < -HALF_WIDTH) discard;
    f_color = beyond < HALF_WIDTH ? vec4(1.0) : vec4(texelFetch(u_picture, ivec2(gl_FragCoord.xy), 0).rgb, 1.0);
}
