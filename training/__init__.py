"""How `checkpoints/lite.safetensors` is made: scenes with exact depth, training, evaluation (docs/lite.md)."""
