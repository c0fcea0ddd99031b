#version 440
#extension GL_GOOGLE_include_directive : enable
// Up to four planes to R'G'B': each is sampled, its texel goes through its matrix, and all are summed.
layout(location = 0) in vec2 coded;
layout(location = 1) in vec2 shown;
layout(location = 0) out vec4 color;

layout(std140, binding = 0) uniform Picture {
    mat4 to_rgba[4];   // texel of plane i -> its share of R'G'B'A
    vec4 place[4];     // xy: scale, zw: offset, from coded coordinates to the texture's
    vec4 extent[4];    // xy: the texture's size in texels, zw: texels a shown pixel covers across and down
    vec4 constant;     // added to the sum
    vec4 checker;      // x: the square's side in device pixels, yz: the two greys, w: how many planes there are
    vec4 whole;        // xy: the coded picture's size in pixels, z: 1 where each of them is shown as one block
};
layout(binding = 1) uniform sampler2D plane0;
layout(binding = 2) uniform sampler2D plane1;
layout(binding = 3) uniform sampler2D plane2;
layout(binding = 4) uniform sampler2D plane3;

#include "planes.glsl"

void main()
{
    // The colour of a block is that of its pixel's middle, with chroma interpolated to there.
    vec2 at = whole.z > 0.5 ? (floor(coded * whole.xy) + 0.5) / whole.xy : coded;
    vec4 rgba = constant + to_rgba[0] * read(plane0, at, place[0], extent[0]);
    if (checker.w > 1.5)
        rgba += to_rgba[1] * read(plane1, at, place[1], extent[1]);
    if (checker.w > 2.5)
        rgba += to_rgba[2] * read(plane2, at, place[2], extent[2]);
    if (checker.w > 3.5)
        rgba += to_rgba[3] * read(plane3, at, place[3], extent[3]);
    rgba = clamp(rgba, 0.0, 1.0);
    vec2 squares = floor(shown / checker.x);
    float grey = mod(squares.x + squares.y, 2.0) < 0.5 ? checker.y : checker.z;
    color = vec4(mix(vec3(grey), rgba.rgb, rgba.a), 1.0);
}
