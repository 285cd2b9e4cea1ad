"""What every place draws from: paints, furniture, people and clutter of one library, by one source of chance."""

import numpy as np
from numpy.typing import NDArray

from training import bodies, skies, soup
from training.bodies import Body
from training.furniture import Furniture
from training.library import Library
from training.scene import Light
from training.skies import Panorama
from training.soup import Paint, Soup


class Kit:
    def __init__(self, library: Library, rng: np.random.Generator) -> None:
        self.library = library
        self.rng = rng

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def count(self, low: int, high: int) -> int:
        """A whole number from `low` up to and without `high`."""
        return int(self.rng.integers(low, high))

    def color(self, low: float = 0.15, high: float = 1.0) -> NDArray[np.float32]:
        color = self.rng.uniform(low, high) + self.rng.normal(0, 0.12, 3)
        return np.clip(color, 0.03, 1).astype(np.float32)

    def layer(self, probability: float = 0.75) -> int:
        """A texture, or −1 for none."""
        return int(self.rng.choice(self.library.layers)) if self.chance(probability) else -1

    def paint(
        self, textured: float = 0.75, tile: tuple[float, float] = (0.3, 2.0), low: float = 0.15, high: float = 1.0
    ) -> Paint:
        return Paint(self.color(low, high), self.layer(textured), self.between(*tile))

    def turn(self) -> NDArray[np.float32]:
        return soup.turned(self.between(0, 2 * np.pi))

    def model(self, largest: float = 3.2) -> Furniture:
        """One that is no larger than `largest` meters."""
        for _ in range(20):
            model = self.library.furniture[self.count(0, len(self.library.furniture))]
            if np.ptp(model.rows[:, :3], axis=0).max() <= largest:
                return model
        return model

    def furniture(self, model: Furniture, repaint: float = 0.35) -> Soup:
        """Its rows, sometimes in other colors or another material."""
        rows = model.rows.copy()
        if self.chance(repaint):
            if self.chance(0.5):
                rows[:, 11] = self.layer(0.9)
                rows[:, 6:8] = rows[:, :2] * self.between(0.5, 3) + rows[:, 2:3]
                rows[:, 8:11] = self.color(0.4)
            else:
                plain = rows[:, 11] < 0
                rows[plain, 8:11] = np.clip(rows[plain, 8:11] * self.color(0.3, 1.4), 0, 1)
        return rows

    def body(self) -> Body:
        return self.library.bodies[self.count(0, len(self.library.bodies))]

    def person(self, body: Body | None = None, *, coarse: bool = False) -> Soup:
        """Someone dressed by chance, standing at the origin and facing +z; `coarse` for people far away."""
        cloth = [self.paint(share, low=0.03, high=high) for share, high in ((0.55, 1.0), (0.4, 0.7), (0.0, 0.5))]
        colors, layers = bodies.wardrobe(self.rng, cloth)
        faces = self.library.coarse_faces if coarse else self.library.faces
        return bodies.dress(body or self.body(), faces, colors, layers, self.rng)

    def thing(self, size: float) -> Soup:
        """A small object standing on y = 0: a body of revolution, a box, a ball, a ring, or a shrunken model."""
        kind = self.rng.random()
        if kind < 0.2:
            rows = soup.ball(self.paint(), self.between(0.3, 1.2))
            rows = soup.moved(rows, scale=self.rng.uniform(0.3, 0.6, 3))
        elif kind < 0.4:
            rows = soup.box((-0.5, 0, -0.5), np.array([-0.5, 0, -0.5]) + self.rng.uniform(0.1, 1, 3), self.paint())
        elif kind < 0.58:
            heights = np.linspace(0, self.between(0.4, 1.2), 9)
            radii = np.abs(self.between(0.15, 0.4) + np.cumsum(self.rng.normal(0, 0.06, 9))) + 0.02
            radii[0] = 0
            rows = soup.lathe(np.stack([radii, heights], 1), self.paint(0.5))
        elif kind < 0.66:
            angles = np.linspace(0, 2 * np.pi, 25)
            ring = np.stack([np.cos(angles), np.zeros(25), np.sin(angles)], 1) * 0.4
            rows = soup.tube(ring, self.between(0.03, 0.15), self.paint(0.4), 8)
        else:
            rows = self.furniture(self.model(), 0.5)
            rows[:, :3] /= np.ptp(rows[:, :3], axis=0).max()
        if self.chance(0.3):
            rows = soup.moved(rows, turn=soup.rotation(self.rng.normal(size=3), self.between(0, 3)))
        return soup.floor_at_zero(soup.moved(rows, turn=self.turn(), scale=size))

    def stand(self, paint: Paint, width: float, height: float) -> Soup:
        """A wavy upright cloth or board, (0, 0, 0) at the middle of its foot, facing +z."""
        x, y = np.meshgrid(np.linspace(-width / 2, width / 2, 24), np.linspace(0, height, 12), indexing="ij")
        waves = np.sin(x / width * self.between(2, 40) + self.between(0, 6)) * self.between(0, 0.06) * width
        return soup.surface(np.stack([x, y, waves if self.chance(0.6) else waves * 0], -1), paint)

    def tint(self, level: float) -> NDArray[np.float64]:
        """White light of a chance warmth."""
        return np.clip((1 + self.rng.normal(0, 0.12, 3)) * level, 0, None)

    def light_indoors(self, extent: float) -> Light:
        height = min(extent, 3.0)
        lamp = np.array([self.between(-0.3, 0.3) * extent, self.between(0.6, 0.95) * height,
                         self.between(-0.3, 0.3) * extent])  # fmt: skip
        lamps = self.rng.uniform(-0.5, 0.5, (4, 3)) * extent
        lamps[:, 1] = self.rng.uniform(0.3, 1.0, 4) * height
        strength = 0.3 + 0.25 * min(extent, 8.0) ** 1.2
        colors = np.stack([self.tint(self.between(0, 1.5) * strength * self.chance(0.6)) for _ in range(4)])
        above = self.tint(self.between(0.1, 0.5))
        return Light(
            above, above * self.between(0.3, 1), lamp / np.linalg.norm(lamp), self.tint(self.between(0.1, 0.9)),
            lamps, colors, self.between(0, 0.6) ** 2,
        )  # fmt: skip

    def daylight(self) -> tuple[Panorama, float, Light]:
        """Surroundings, how far they are turned, and the light they give; at times a night with lamps."""
        library, rng = self.library, self.rng
        photographed = library.panoramas and self.chance(0.6)
        panorama = library.panoramas[self.count(0, len(library.panoramas))] if photographed else skies.make(rng)
        turn = self.between(0, 2 * np.pi)
        above, below, sun = skies.light(panorama, turn)
        if not photographed:
            x, z = rng.normal(size=2)
            sun = np.array([x, self.between(0.25, 2), z], np.float32)
            sun /= np.linalg.norm(sun)
        brightness = float(above.mean()) + 1e-3
        lamps = rng.uniform(-12, 12, (4, 3))
        lamps[:, 1] = rng.uniform(1.5, 6, 4)
        night = brightness < 0.12 or self.chance(0.08)
        colors = np.stack([self.tint(self.between(3, 25) * brightness * night * self.chance(0.8)) for _ in range(4)])
        sun_color = self.tint(self.between(0.0, 2.5) * brightness * (0.1 if night else 1))
        light = Light(above, below * 0.7, sun, sun_color, lamps, colors, self.between(0, 0.5) ** 2)
        return panorama, turn, light
