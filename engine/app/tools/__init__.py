"""What the user works with in the scene: one module for each tool."""
