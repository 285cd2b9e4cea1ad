"""The camera that looks at the scene, and what moves it."""
