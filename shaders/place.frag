#version 330 core

// A picture in its place, as large as the place is.

uniform sampler2D u_picture;
uniform vec2 u_rows;   // gain and bias of the row: a picture's row 0 may be its top

in vec2 v_uv;
out vec4 f_color;

void main() {
    f_color = texture(u_picture, vec2(v_uv.x, v_uv.y * u_rows.x + u_rows.y));
}
