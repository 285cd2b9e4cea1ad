#version 330
in float distance_;
out float depth;

void main() { depth = distance_; }
