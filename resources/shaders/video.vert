#version 440
// One quad over the picture's rectangle; the viewport places it.
layout(location = 0) in vec2 position;
layout(location = 1) in vec2 coded_at;  // 0..1 over the coded picture, y down
layout(location = 2) in vec2 shown_at;  // device pixels over the shown picture, y down
layout(location = 0) out vec2 coded;
layout(location = 1) out vec2 shown;

void main()
{
    coded = coded_at;
    shown = shown_at;
    gl_Position = vec4(position, 0.0, 1.0);
}
