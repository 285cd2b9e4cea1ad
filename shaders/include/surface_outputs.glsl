// The inputs of surface.frag.
#include "include/views.glsl"

out vec3 v_picture;        // homogeneous: the picture is projected onto the surface from the source's camera
out float v_nearness;
#if VIEW == NORMALS && !POINTS && !BACKGROUND
smooth out vec3 v_normal;   // flat ones would show the cells, not the surface
#else
flat out vec3 v_normal;
#endif
#if !WHOLE
flat out float v_hole;     // 1 where the cell is not drawn
#endif

const vec4 OUTSIDE = vec4(0.0, 0.0, 2.0, 1.0);   // of the clip volume: a vertex there is not drawn

vec3 face_normal(vec3 point, vec3 right, vec3 below) {
    vec3 normal = cross(below - point, right - point);
    return dot(normal, normal) > 0.0 ? normalize(normal) : vec3(0.0, 0.0, 1.0);
}
