// The values of VIEW: what the surface is colored with.
#define PICTURE 0
#define DEPTH 1
#define NORMALS 2
