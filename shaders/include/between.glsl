// Reads the depth map between its texels. Needs world.glsl.

uniform sampler2D u_depth;

// The position in texels of the depth map under this pixel of a target of `target` pixels.
vec2 map_position(ivec2 target) {
    return gl_FragCoord.xy * vec2(textureSize(u_depth, 0)) / vec2(target);
}

// The depth at `at`: that of the texel there if the `target` has the size of the map, else bilinear in the plane value,
// without unmeasured neighbors.
float depth_between(vec2 at, ivec2 target) {
    ivec2 last = textureSize(u_depth, 0) - 1;
    float here = texelFetch(u_depth, ivec2(at), 0).r;
    vec2 share = fract(at - 0.5), sum = vec2(0.0);   // weighted plane values, weights
    int count = target == last + 1 || !is_measured(here) ? 0 : 4;
    for (int i = 0; i < count; i++) {
        ivec2 corner = ivec2(i & 1, i >> 1);
        float d = texelFetch(u_depth, clamp(ivec2(floor(at - 0.5)) + corner, ivec2(0), last), 0).r;
        vec2 close = mix(1.0 - share, share, vec2(corner));
        if (is_measured(d)) sum += close.x * close.y * vec2(plane_value(d), 1.0);
    }
    return count == 0 ? here : plane_depth(sum.x / sum.y);
}
