#version 330 core

// Draws a picture, stretched to the viewport.

uniform sampler2D u_picture;
uniform vec2 u_rows;   // gain and bias of v: row 0 may be the top or the bottom

in vec2 v_uv;
out vec4 f_color;

void main() {
    f_color = texture(u_picture, vec2(v_uv.x, v_uv.y * u_rows.x + u_rows.y));
}
