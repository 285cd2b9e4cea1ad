// Lamp and fog, as shade.frag gives them to each place of the front, and background.vert to what lies behind it.

uniform vec3 u_lamp;
uniform float u_lamp_reach;    // from the lamp to the middle of the scene
uniform vec3 u_lamp_color;
uniform float u_light;
uniform float u_fog;
uniform vec2 u_fog_limits;     // distances at which it begins, and is as dense as it gets

const float ONE = 128.0 / 255.0;   // room for twice as bright, and one is exact in eight bits
const float AMBIENT = 0.28;
const float GAIN = 1.35;       // of what faces the lamp in the middle of the scene
const float WRAP = 0.15;       // the lamp is not a point: it still reaches what faces slightly away
const float UNLIT = 0.3;       // of the picture's own light, in full shadow

// What light and air make of the color of a place: `rgb` / ONE multiplies it, as it is on display, and `a` of it comes
// through the fog. Light is mixed linearly; squares are near enough to what a display does.
// open: how much of the sky is seen; lit: how much of the lamp; z: distance from the source's camera.
vec4 shade(vec3 point, vec3 normal, float z, float open, float lit) {
    vec3 to_lamp = u_lamp - point;
    float far = length(to_lamp);
    float facing = max((dot(normal, to_lamp) / far + WRAP) / (1.0 + WRAP), 0.0);
    float falloff = 2.0 / (1.0 + far * far / (u_lamp_reach * u_lamp_reach));
    vec3 lamp = AMBIENT + GAIN * facing * falloff * lit * u_lamp_color;
    vec3 own = vec3(mix(UNLIT, 1.0, lit));

    float depth = clamp((z - u_fog_limits.x) / (u_fog_limits.y - u_fog_limits.x), 0.0, 1.0);
    return vec4(sqrt(mix(own, lamp, u_light) * open) * ONE, 1.0 - u_fog * depth * depth * (3.0 - 2.0 * depth));
}
