// Lamp and fog. shade.frag computes them for the front layer, background.vert for the background layer.

uniform vec3 u_lamp;
uniform float u_lamp_reach;    // distance from the lamp to the middle of the scene
uniform vec3 u_lamp_color;
uniform float u_light;
uniform float u_fog;
uniform vec2 u_fog_limits;     // distances at which fog begins and reaches full density

const float ONE = 128.0 / 255.0;   // leaves room for twice the brightness; 1 is exact in eight bits
const float AMBIENT = 0.28;
const float GAIN = 1.35;       // brightness of a surface that faces the lamp in the middle of the scene
const float WRAP = 0.15;       // the lamp is not a point: it still lights surfaces that face slightly away
const float UNLIT = 0.3;       // share of the picture's own light that is left in full shadow

// Shading of a point: `rgb` / ONE multiplies its display color, and the share `a` of the result shows through the fog.
// Light is mixed linearly; squaring is close enough to a display's gamma.
// open: visible share of the sky; lit: visible share of the lamp; z: distance from the source's camera.
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
