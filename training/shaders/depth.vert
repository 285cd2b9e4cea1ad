#version 330
invariant gl_Position;
in vec3 position;
uniform mat4 view, projection;
out float distance_;

void main() {
    vec4 seen = view * vec4(position, 1.0);
    distance_ = -seen.z;
    gl_Position = projection * seen;
}
