#version 330 core

// Gives the even rows of the target, counted from the top, to the left eye and the odd ones to the right eye. A row
// stands for the one that the other eye has, too, so it is averaged with its neighbors.

uniform sampler2D u_left;
uniform sampler2D u_right;
uniform vec2 u_heights_px;   // of the target and of the area

in vec2 v_uv;
out vec4 f_color;

vec3 row_of(sampler2D picture) {
    vec2 step = vec2(0.0, 1.0 / u_heights_px.y);
    return (texture(picture, v_uv - step).rgb + 2.0 * texture(picture, v_uv).rgb + texture(picture, v_uv + step).rgb)
        / 4.0;
}

void main() {
    int row = int(u_heights_px.x) - 1 - int(gl_FragCoord.y);
    f_color = vec4(row % 2 == 0 ? row_of(u_left) : row_of(u_right), 1.0);
}
