#version 330
invariant gl_Position;
in vec3 position;
in vec3 normal;
in vec2 uv;
in vec3 color;
in vec2 layer_glow;
uniform mat4 view, projection, shadow_view;
uniform vec3 eye;
uniform float shadow_margin;
out vec3 world, surface_normal, albedo;
out vec2 coordinates;
out float distance_;
out vec4 in_shadow_map;
flat out vec2 layer_and_glow;

void main() {
    world = position;
    surface_normal = normal;
    albedo = color;
    coordinates = uv;
    layer_and_glow = layer_glow;
    vec4 seen = view * vec4(position, 1.0);
    distance_ = -seen.z;
    gl_Position = projection * seen;
    vec3 outward = dot(normal, eye - position) < 0.0 ? -normal : normal;
    in_shadow_map = shadow_view * vec4(position + shadow_margin * outward, 1.0);
}
