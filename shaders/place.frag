#version 330 core

// A picture in its place, as large as the place is.

uniform sampler2D u_picture;
uniform vec4 u_area;         // left, bottom, width, height
uniform bool u_is_from_top;  // row 0 of the picture is its top

out vec4 f_colour;

void main() {
    vec2 uv = (gl_FragCoord.xy - u_area.xy) / u_area.zw;
    if (u_is_from_top) uv.y = 1.0 - uv.y;
    f_colour = vec4(texture(u_picture, uv).rgb, 1.0);
}
