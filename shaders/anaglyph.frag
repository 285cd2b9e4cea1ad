#version 330 core

// Combines both eyes into one picture for colored glasses (E. Dubois, "A projection method to generate anaglyph stereo
// images", ICASSP 2001).

uniform sampler2D u_left;
uniform sampler2D u_right;
uniform mat3 u_filters[2];   // left and right; columns: the contributions of red, green and blue

in vec2 v_uv;
out vec4 f_color;

void main() {
    vec3 left = texture(u_left, v_uv).rgb, right = texture(u_right, v_uv).rgb;
    // light adds up linearly; squaring is close enough to a display's gamma
    vec3 both = u_filters[0] * (left * left) + u_filters[1] * (right * right);
    f_color = vec4(sqrt(clamp(both, 0.0, 1.0)), 1.0);
}
