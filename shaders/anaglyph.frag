#version 330 core

// Combines both eyes into one picture for red-cyan glasses. Of all colors that the glasses can show, it takes the ones
// closest to those of both eyes (E. Dubois, "A projection method to generate anaglyph stereo images", ICASSP 2001).

uniform sampler2D u_left;
uniform sampler2D u_right;

in vec2 v_uv;
out vec4 f_color;

// columns: the contributions of red, green and blue
const mat3 LEFT = mat3(
    0.4561, -0.0400822, -0.0152161,
    0.500484, -0.0378246, -0.0205971,
    0.176381, -0.0157589, -0.00546856);
const mat3 RIGHT = mat3(
    -0.0434706, 0.378476, -0.0721527,
    -0.0879388, 0.73364, -0.112961,
    -0.00155529, -0.0184503, 1.2264);

void main() {
    vec3 left = texture(u_left, v_uv).rgb, right = texture(u_right, v_uv).rgb;
    // light adds up linearly; squaring is close enough to a display's gamma
    vec3 both = LEFT * (left * left) + RIGHT * (right * right);
    f_color = vec4(sqrt(clamp(both, 0.0, 1.0)), 1.0);
}
