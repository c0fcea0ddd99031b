// How a plane's texture is read; for fragment shaders to include.

// One axis of a triangle filter, two neighbouring texels at a time: where to read and with what weight, so that the
// sampler's own interpolation weighs the two.
vec2 pair(float first, float at, float reach)
{
    float left = max(0.0, 1.0 - abs(first + 0.5 - at) / reach);
    float right = max(0.0, 1.0 - abs(first + 1.5 - at) / reach);
    float weight = left + right;
    return vec2(first + 0.5 + right / max(weight, 1e-6), weight);
}

// The texel at `coded_at`: plain interpolation when enlarged, a triangle as wide as two shown pixels when made smaller.
vec4 read(sampler2D plane, vec2 coded_at, vec4 where_, vec4 size)
{
    vec2 uv = coded_at * where_.xy + where_.zw;
    vec2 reach = clamp(size.zw, vec2(1.0), vec2(32.0));
    if (max(reach.x, reach.y) <= 1.0)
        return textureLod(plane, uv, 0.0);
    vec2 at = uv * size.xy;
    vec2 first = ceil(at - reach - 0.5);
    ivec2 count = ivec2(ceil(reach + 0.5));
    vec4 sum = vec4(0.0);
    float total = 0.0;
    for (int j = 0; j < count.y; ++j) {
        vec2 down = pair(first.y + 2.0 * float(j), at.y, reach.y);
        for (int i = 0; i < count.x; ++i) {
            vec2 across = pair(first.x + 2.0 * float(i), at.x, reach.x);
            float weight = across.y * down.y;
            sum += weight * textureLod(plane, vec2(across.x, down.x) / size.xy, 0.0);
            total += weight;
        }
    }
    return sum / total;
}
