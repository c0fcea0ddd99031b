#version 440
#extension GL_GOOGLE_include_directive : enable
// Pictures looked at otherwise than plainly: channels, marks, other light, and held against a reference picture.
// The same as player.media.raster_look and player.media.tone compute, where the numbers are explained.
layout(location = 0) in vec2 coded;
layout(location = 1) in vec2 shown;
layout(location = 0) out vec4 color;

struct Side {            // of the picture (0) and of the reference (1)
    mat4 to_rgba[4];     // texel of plane i -> its share of R'G'B'A
    mat4 to_parts[4];    // texel of plane i -> its share of Y' Cb Cr A as coded, the largest code being 1
    mat4 to_709;         // linear light to BT.709's primaries
    vec4 place[4];       // xy: scale, zw: offset, from coded coordinates to the texture's
    vec4 extent[4];      // xy: the texture's size in texels, zw: texels a shown pixel covers across and down
    vec4 constant;       // added to the sum of R'G'B'A
    vec4 parts_constant; // added to the sum of the parts
    vec4 across;         // xyz: from the picture's coded (u, v, 1) to this one's u ...
    vec4 down;           // ... and v
    vec4 whole;          // xy: the coded size in pixels, z: 1 where each pixel is shown as one block, w: planes in use
    vec4 light;          // x: 0 as it is, 1 SDR, 2 PQ, 3 HLG; yz: nominal black and white of the parts; w: 1 for R'G'B'
};
layout(std140, binding = 0) uniform Look {
    Side sides[2];
    vec4 checker;   // x: the square's side as `shown` counts, yz: the two greys
    vec4 view;      // x: 0 all 1 Y' 2 Cb 3 Cr 4 R' 5 G' 6 B' 7 alpha; y: false colours, z: zebra, w: half a code of luma
    vec4 against;   // x: 0 alone 1 difference 2 split 3 the reference alone; y: split, z: gain
    vec4 upright;   // xy: from `shown` to 0..1 over the upright picture; z: the stripe's width
    vec4 stripe[2]; // its colours: at black, at white
};
layout(binding = 1) uniform sampler2D plane0;
layout(binding = 2) uniform sampler2D plane1;
layout(binding = 3) uniform sampler2D plane2;
layout(binding = 4) uniform sampler2D plane3;
layout(binding = 5) uniform sampler2D reference0;
layout(binding = 6) uniform sampler2D reference1;
layout(binding = 7) uniform sampler2D reference2;
layout(binding = 8) uniform sampler2D reference3;

#include "planes.glsl"

const float PQ_M1 = 0.1593017578125;
const float PQ_M2 = 78.84375;
const float PQ_C1 = 0.8359375;
const float PQ_C2 = 18.8515625;
const float PQ_C3 = 18.6875;
const float HLG_A = 0.17883277;
const float HLG_B = 0.28466892;
const float HLG_C = 0.55991073;
const float HDR_PEAK = 1000.0;
const float HDR_PEAK_PQ = 0.7518271;
const float SDR_WHITE = 203.0;
const float SDR_WHITE_PQ = 0.5806889 / 0.7518271; // as a part of HDR_PEAK_PQ
const float GAMMA = 2.4;

vec3 pq_to_light(vec3 signal)
{
    vec3 power = pow(signal, vec3(1.0 / PQ_M2));
    return 10000.0 * pow(max(power - PQ_C1, 0.0) / (PQ_C2 - PQ_C3 * power), vec3(1.0 / PQ_M1));
}

vec3 hlg_to_light(vec3 signal)
{
    vec3 low = signal * signal / 3.0;
    vec3 high = (exp((signal - HLG_C) / HLG_A) + HLG_B) / 12.0;
    vec3 scene = mix(high, low, vec3(lessThanEqual(signal, vec3(0.5))));
    float luminance = dot(scene, vec3(0.2627, 0.6780, 0.0593));
    return HDR_PEAK * pow(luminance, 0.2) * scene;
}

// BT.2390's EETF of the largest component, as a factor for all three.
vec3 compressed(vec3 light)
{
    float largest = max(max(light.r, light.g), max(light.b, 1e-6));
    float power = pow(largest / 10000.0, PQ_M1);
    float signal = min(pow((PQ_C1 + PQ_C2 * power) / (1.0 + PQ_C3 * power), PQ_M2) / HDR_PEAK_PQ, 1.0);
    float knee = 1.5 * SDR_WHITE_PQ - 0.5;
    if (signal > knee) {
        float t = (signal - knee) / (1.0 - knee);
        float t2 = t * t;
        float t3 = t2 * t;
        signal = (2.0 * t3 - 3.0 * t2 + 1.0) * knee + (t3 - 2.0 * t2 + t) * (1.0 - knee)
            + (3.0 * t2 - 2.0 * t3) * SDR_WHITE_PQ;
    }
    return light * pq_to_light(vec3(signal * HDR_PEAK_PQ)).r / largest;
}

vec3 mapped(vec3 rgb, float transfer, mat4 to_709)
{
    if (transfer < 0.5)
        return rgb;
    vec3 light;
    if (transfer < 1.5)
        light = pow(rgb, vec3(GAMMA));
    else
        light = compressed(transfer < 2.5 ? pq_to_light(rgb) : hlg_to_light(rgb)) / SDR_WHITE;
    light = (to_709 * vec4(light, 0.0)).rgb;
    return pow(clamp(light, 0.0, 1.0), vec3(1.0 / GAMMA));
}

vec3 ramp(float luma, float near)
{
    if (luma < -near)
        return vec3(0.0);
    if (luma > 1.0 + near)
        return vec3(1.0);
    float x = clamp(luma, 0.0, 1.0);
    vec4 low = vec4(1.0, x, x * x, x * x * x);
    vec2 high = low.zw * low.z;
    return clamp(vec3(
        dot(low, vec4(0.13572138, 4.61539260, -42.66032258, 132.13108234)) + dot(high, vec2(-152.94239396, 59.28637943)),
        dot(low, vec4(0.09140261, 2.19418839, 4.84296658, -14.18503333)) + dot(high, vec2(4.27729857, 2.82956604)),
        dot(low, vec4(0.10667330, 12.64194608, -60.58204836, 110.36276771)) + dot(high, vec2(-89.90310912, 27.34824973))
    ), 0.0, 1.0);
}

float one_of(vec4 parts, vec4 rgba)
{
    float channel = view.x;
    if (channel < 3.5)
        return channel < 1.5 ? parts.x : channel < 2.5 ? parts.y : parts.z;
    return channel < 4.5 ? rgba.r : channel < 5.5 ? rgba.g : channel < 6.5 ? rgba.b : rgba.a;
}

// What a side looks like at this point, from its planes' texels.
vec3 looked_at(int side, vec4 texel0, vec4 texel1, vec4 texel2, vec4 texel3)
{
    vec4 rgba = sides[side].constant + sides[side].to_rgba[0] * texel0 + sides[side].to_rgba[1] * texel1
        + sides[side].to_rgba[2] * texel2 + sides[side].to_rgba[3] * texel3;
    vec4 parts = sides[side].parts_constant + sides[side].to_parts[0] * texel0 + sides[side].to_parts[1] * texel1
        + sides[side].to_parts[2] * texel2 + sides[side].to_parts[3] * texel3;
    rgba = clamp(rgba, 0.0, 1.0);
    vec4 light = sides[side].light;
    float luma = (parts.x - light.y) / (light.z - light.y);
    vec3 seen;
    if (view.x > 0.5)
        seen = vec3(clamp(one_of(parts, rgba), 0.0, 1.0));
    else if (view.y > 0.5)
        seen = ramp(luma, view.w);
    else {
        vec2 squares = floor(shown / checker.x);
        float grey = mod(squares.x + squares.y, 2.0) < 0.5 ? checker.y : checker.z;
        seen = mix(vec3(grey), mapped(rgba.rgb, light.x, sides[side].to_709), rgba.a);
    }
    if (view.z > 0.5) {
        float level = light.w > 0.5 ? max(max(rgba.r, rgba.g), rgba.b) : luma;
        vec2 place = floor(shown);
        if (mod(floor((place.x + place.y) / upright.z), 2.0) < 0.5) {
            if (level >= 1.0 - view.w)
                return stripe[1].rgb;
            if (level <= view.w)
                return stripe[0].rgb;
        }
    }
    return seen;
}

vec2 coded_of(int side)
{
    vec3 here = vec3(coded, 1.0);
    vec2 at = vec2(dot(sides[side].across.xyz, here), dot(sides[side].down.xyz, here));
    vec2 size = sides[side].whole.xy;
    return sides[side].whole.z > 0.5 ? (floor(at * size) + 0.5) / size : at;
}

vec3 picture_seen()
{
    vec2 at = coded_of(0);
    float count = sides[0].whole.w;
    vec4 none = vec4(0.0);
    return looked_at(0, read(plane0, at, sides[0].place[0], sides[0].extent[0]),
        count > 1.5 ? read(plane1, at, sides[0].place[1], sides[0].extent[1]) : none,
        count > 2.5 ? read(plane2, at, sides[0].place[2], sides[0].extent[2]) : none,
        count > 3.5 ? read(plane3, at, sides[0].place[3], sides[0].extent[3]) : none);
}

vec3 reference_seen()
{
    vec2 at = coded_of(1);
    float count = sides[1].whole.w;
    vec4 none = vec4(0.0);
    return looked_at(1, read(reference0, at, sides[1].place[0], sides[1].extent[0]),
        count > 1.5 ? read(reference1, at, sides[1].place[1], sides[1].extent[1]) : none,
        count > 2.5 ? read(reference2, at, sides[1].place[2], sides[1].extent[2]) : none,
        count > 3.5 ? read(reference3, at, sides[1].place[3], sides[1].extent[3]) : none);
}

vec3 in_levels(vec3 seen)
{
    return floor(seen * 255.0 + 0.5);
}

void main()
{
    // Each of the two is read at one place in this program: read twice, it would take compilers twice as long.
    bool right = (floor(shown.x) + 0.5) * upright.x >= against.y;  // whole pixels change sides in a close-up
    bool first = against.x < 1.5 || (against.x < 2.5 && !right);
    bool second = against.x > 0.5 && (against.x < 1.5 || against.x > 2.5 || right);
    vec3 here = first ? picture_seen() : vec3(0.0);
    vec3 there = second ? reference_seen() : vec3(0.0);
    vec3 seen = first ? here : there;
    if (first && second)
        seen = (128.0 + against.z * (in_levels(here) - in_levels(there))) / 255.0;
    color = vec4(clamp(seen, 0.0, 1.0), 1.0);
}
