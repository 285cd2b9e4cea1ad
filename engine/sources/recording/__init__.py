"""Sources that can be paused and sought: videos, and what plays them."""
